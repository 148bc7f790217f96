PEERS={}
def read_pages(a,b): pass
