from krakendtw.proxy.message cimport Response
