"""The kit (考评包文件夹): Python, all libraries and the program in one folder that runs where it is unpacked."""
