"""Tests of the Lua that KrakenD's scripts run on."""
