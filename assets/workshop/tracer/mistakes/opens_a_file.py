# on: collect
# says: PermissionError
def trace(function, arguments, source):
    return open("/etc/passwd").read()
