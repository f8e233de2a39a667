/* SPDX-License-Identifier: MIT */
/* machine.c - clocks, memory, console, chance, and the names that a machine without a system knows. */
#include <errno.h>
#include <stdlib.h>

#include "base/bits.h"
#include "engine/value.h"
#include "kernel/clock.h"
#include "kernel/heap.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "platform/guest/guest.h"

/* --- clocks, memory, console --- */

int64_t platform_wall(void)
{
	return clock_wall();
}

int64_t platform_steady(void)
{
	return clock_steady();
}

uint64_t platform_cycles(void)
{
	return clock_tsc();
}

static size_t pages_of(size_t size)
{
	return (size + PAGE_SIZE - 1) / PAGE_SIZE;
}

void *platform_pages(size_t size)
{
	return heap_pages(pages_of(size));
}

void platform_pages_free(void *p, size_t size)
{
	(void)size;
	heap_pages_free(p);
}

unsigned platform_memory_new(void)
{
	return heap_owner_new();
}

unsigned platform_memory_set(unsigned owner)
{
	return heap_owner_set(owner);
}

void platform_memory_end(unsigned owner)
{
	heap_owner_release(owner);
}

/* Not for keys: the counter, stirred. */
void platform_random(void *p, size_t n)
{
	static uint64_t state;
	uint8_t *bytes = p;

	for (size_t i = 0; i < n; i++) {
		if (i % 8 == 0) {
			state = (state ^ clock_tsc()) * 0x9e3779b97f4a7c15ULL;
			state ^= state >> 29;
		}
		bytes[i] = (uint8_t)(state >> (24 + i % 4 * 8));
	}
}

void platform_message(struct str line)
{
	console_write(line.p, line.n);
	console_write("\n", 1);
}

void platform_print(struct str s)
{
	console_write(s.p, s.n);
}

_Noreturn void platform_panic(const char *what)
{
	panic("%s", what);
}

const char *platform_env(const char *name)
{
	(void)name;
	return NULL;
}

int platform_pid(void)
{
	return 1;
}

/* --- signals, programs: there are none --- */

int platform_signal(int signo, bool on)
{
	(void)signo, (void)on;
	return -ENOSYS;
}

int platform_kill(int pid, int signo)
{
	(void)pid, (void)signo;
	return -ENOSYS;
}

int platform_command(const char *const argv[], struct text *output)
{
	(void)argv, (void)output;
	return -ENOSYS;
}

/* --- names --- */

bool platform_service(struct str name, const char *proto, uint16_t *port)
{
	static const struct {
		const char *name;
		uint16_t port;
	} services[] = {
		{ "ftp-data", 20 }, { "ftp", 21 },    { "ssh", 22 },    { "telnet", 23 },
		{ "smtp", 25 },     { "domain", 53 }, { "bootps", 67 }, { "bootpc", 68 },
		{ "tftp", 69 },     { "http", 80 },   { "www", 80 },    { "pop3", 110 },
		{ "auth", 113 },    { "nntp", 119 },  { "ntp", 123 },   { "imap2", 143 },
		{ "snmp", 161 },    { "bgp", 179 },   { "https", 443 }, { "imaps", 993 },
		{ "pop3s", 995 },
	};

	(void)proto;
	for (size_t i = 0; i < ARRAY_LEN(services); i++)
		if (str_is(name, services[i].name)) {
			*port = services[i].port;
			return true;
		}
	return false;
}

bool platform_protocol(struct str name, uint8_t *proto)
{
	static const struct {
		const char *name;
		uint8_t number;
	} protocols[] = {
		{ "ip", 0 },     { "icmp", 1 },       { "igmp", 2 },  { "ipencap", 4 },
		{ "tcp", 6 },    { "udp", 17 },       { "gre", 47 },  { "esp", 50 },
		{ "ah", 51 },    { "ipv6-icmp", 58 }, { "ospf", 89 }, { "pim", 103 },
		{ "sctp", 132 },
	};

	for (size_t i = 0; i < ARRAY_LEN(protocols); i++)
		if (str_is(name, protocols[i].name)) {
			*proto = protocols[i].number;
			return true;
		}
	return false;
}

bool platform_host(struct str name, struct ip_addr *addr)
{
	(void)name, (void)addr;
	return false;
}

bool platform_home(struct str user, struct text *dir)
{
	(void)user, (void)dir;
	return false;
}
