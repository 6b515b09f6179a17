"""The package as a folder: a BagIt bag with its manifest, swapped in whole or not at all, and what was handed in."""
