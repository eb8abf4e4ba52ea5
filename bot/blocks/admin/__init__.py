"""The administration: pages that change in place, and forms that are pushed on top of them."""
