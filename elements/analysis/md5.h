/* SPDX-License-Identifier: MIT */
/* md5.h - the MD5 digest (RFC 1321), to name payloads; not for security. */
#ifndef ELEMENTS_ANALYSIS_MD5_H
#define ELEMENTS_ANALYSIS_MD5_H

#include <stddef.h>
#include <stdint.h>

void md5(const void *p, size_t n, uint8_t digest[16]);

#endif
