"""How bytes come: download handlers, TLS, proxies, middlewares, and captured pages in place of the network."""
