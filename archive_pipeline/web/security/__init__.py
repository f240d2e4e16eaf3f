"""What stands between the network and the application: who may ask, how much may be sent, what a page may do."""
