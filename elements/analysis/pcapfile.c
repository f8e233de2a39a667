/* SPDX-License-Identifier: MIT */
/* pcapfile.c - the classic pcap file format, reading. */
#include "elements/analysis/capturefile.h"
#include "elements/analysis/linktype.h"

enum { MAGIC_USEC = 0xa1b2c3d4, MAGIC_NSEC = 0xa1b23c4d, MAGIC_MODIFIED = 0xa1b2cd34 };

#define CAPTURED_MAX 65535U

struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, sigfigs, snaplen, linktype;
};

static uint32_t host32(const struct capture_file *f, uint32_t v)
{
	return f->pcap.swapped ? bswap32(v) : v;
}

static uint16_t host16(const struct capture_file *f, uint16_t v)
{
	return f->pcap.swapped ? bswap16(v) : v;
}

static bool read_magic(struct capture_file *f, uint32_t magic)
{
	f->pcap.swapped = magic == bswap32(MAGIC_USEC) || magic == bswap32(MAGIC_NSEC) ||
			  magic == bswap32(MAGIC_MODIFIED);
	magic = host32(f, magic);
	f->pcap.nano = magic == MAGIC_NSEC;
	f->pcap.record_size = magic == MAGIC_MODIFIED ? 24 : 16;
	return magic == MAGIC_USEC || f->pcap.nano || magic == MAGIC_MODIFIED;
}

static bool read_file_header(struct capture_file *f, struct error *err)
{
	struct landmark at = tracefile_landmark(&f->trace);
	struct file_header h;

	if (!tracefile_read(&f->trace, &h, sizeof(h)))
		return fail_at(err, at, "not a tcpdump file (too short)");
	if (!read_magic(f, h.magic)) {
		(void)fail_at(err, at, "not a tcpdump file (bad magic number)");
		if (h.magic == 0x0a0d0d0a)
			note(err, "  this is pcapng; make it pcap: editcap -F pcap %s new.pcap",
			     f->trace.name);
		return false;
	}
	if (host16(f, h.major) != 2)
		return fail_at(err, at, "unknown major version %u", host16(f, h.major));
	f->pcap.minor = host16(f, h.minor);
	/* The upper half is for the length of checksums that frames end with. */
	f->linktype = (int)(host32(f, h.linktype) & 0xffff);
	if (f->linktype == LINK_RAW_BSD)
		f->linktype = LINK_IP;
	return true;
}

/* Old files have the two lengths the other way round. */
static void order_lengths(const struct capture_file *f, uint32_t *captured, uint32_t *length)
{
	uint32_t t = *captured;

	if (f->pcap.minor < 3 || (f->pcap.minor == 3 && *captured > *length)) {
		*captured = *length;
		*length = t;
	}
}

static struct packet *next(struct capture_file *f, bool *end, struct error *err)
{
	uint32_t captured, length, fraction, sec;
	const uint8_t *h;
	struct packet *p;

	f->record_at = f->trace.offset;
	h = tracefile_peek(&f->trace, f->pcap.record_size);
	*end = !h;
	if (!h)
		return NULL;
	sec = host32(f, load32(h));
	fraction = host32(f, load32(h + 4));
	captured = host32(f, load32(h + 8));
	length = host32(f, load32(h + 12));
	order_lengths(f, &captured, &length);
	if (captured > CAPTURED_MAX) {
		(void)fail_at(err, tracefile_landmark(&f->trace), "bad packet header; giving up");
		*end = true;
		return NULL;
	}
	tracefile_skip(&f->trace, f->pcap.record_size);
	p = capture_file_packet(f, captured, length, end);
	if (p)
		p->timestamp =
			sec * NS_PER_SEC + (int64_t)fraction * (f->pcap.nano ? 1 : NS_PER_USEC);
	return p;
}

bool pcapfile_open(struct capture_file *f, struct str name, struct error *err)
{
	f->next = next;
	if (tracefile_open(&f->trace, name, err) && read_file_header(f, err))
		return true;
	tracefile_close(&f->trace);
	return false;
}
