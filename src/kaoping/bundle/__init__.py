"""The evidence bundle (佐证材料汇编): its plan before a byte is written, front matter, merge, stamps and links."""
