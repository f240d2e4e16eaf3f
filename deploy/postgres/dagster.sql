CREATE DATABASE dagster; -- beside "archive"; run once, by the image of Postgres, on an empty volume
