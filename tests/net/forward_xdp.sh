#!/bin/sh
# SPDX-License-Identifier: MIT
# forward_xdp.sh - forward.sh with AF_XDP sockets.
METHOD=XDP
. "$(dirname "$0")/forward.sh"
