#!/bin/sh
# Take out of an environment what no lab runs. `sh docker/slim.sh FOLDER`, before it is put to use.
#
# What stays must still import: the labs that run inside the image are the proof.
set -eu
packages=$(echo "$1"/lib/python3*/site-packages)

# C++ headers, for whoever writes a new TensorFlow operation; and the C compiler's library that
# TensorFlow asks for and never loads.
rm -rf "$packages"/tensorflow/include "$packages"/clang/native

# Symbols that only a debugger reads: a quarter of TensorFlow.
find "$packages"/tensorflow -name '*.so*' -type f -exec strip --strip-unneeded {} +

# JupyterLab's source maps, for whoever debugs its JavaScript; and packages' own tests.
find "$1" -name '*.js.map' -type f -delete
for package in matplotlib scipy sklearn; do
    find "$packages/$package" -name tests -type d -prune -exec rm -rf {} +
done
