#!/bin/sh
# SPDX-License-Identifier: MIT
# forward_pcap.sh - forward.sh with libpcap.
METHOD=PCAP
. "$(dirname "$0")/forward.sh"
