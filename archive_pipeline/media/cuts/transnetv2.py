"""TransNetV2 (Souček & Lokoč 2020) as a cut detector."""
