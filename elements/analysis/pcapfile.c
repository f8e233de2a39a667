/* SPDX-License-Identifier: MIT */
/* pcapfile.c - the classic pcap file format, reading. */
#include "elements/analysis/pcapfile.h"

#include "elements/analysis/linktype.h"

enum { MAGIC_USEC = 0xa1b2c3d4, MAGIC_NSEC = 0xa1b23c4d, MAGIC_MODIFIED = 0xa1b2cd34 };

#define CAPTURED_MAX 65535U

struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, sigfigs, snaplen, linktype;
};

static uint32_t host32(const struct pcapfile *f, uint32_t v)
{
	return f->swapped ? bswap32(v) : v;
}

static uint16_t host16(const struct pcapfile *f, uint16_t v)
{
	return f->swapped ? bswap16(v) : v;
}

static bool read_magic(struct pcapfile *f, uint32_t magic)
{
	f->swapped = magic == bswap32(MAGIC_USEC) || magic == bswap32(MAGIC_NSEC) ||
		     magic == bswap32(MAGIC_MODIFIED);
	magic = host32(f, magic);
	f->nano = magic == MAGIC_NSEC;
	f->record_size = magic == MAGIC_MODIFIED ? 24 : 16;
	return magic == MAGIC_USEC || f->nano || magic == MAGIC_MODIFIED;
}

static bool read_file_header(struct pcapfile *f, struct error *err)
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
	f->minor = host16(f, h.minor);
	/* The upper half is for the length of checksums that frames end with. */
	f->linktype = (int)(host32(f, h.linktype) & 0xffff);
	if (f->linktype == LINK_RAW_BSD)
		f->linktype = LINK_IP;
	return true;
}

bool pcapfile_open(struct pcapfile *f, struct str name, struct error *err)
{
	if (tracefile_open(&f->trace, name, err) && read_file_header(f, err))
		return true;
	pcapfile_close(f);
	return false;
}

void pcapfile_close(struct pcapfile *f)
{
	tracefile_close(&f->trace);
}

/* Old files have the two lengths the other way round. */
static void order_lengths(const struct pcapfile *f, uint32_t *captured, uint32_t *length)
{
	uint32_t t = *captured;

	if (f->minor < 3 || (f->minor == 3 && *captured > *length)) {
		*captured = *length;
		*length = t;
	}
}

static struct packet *read_data(struct pcapfile *f, uint32_t captured, uint32_t length)
{
	uint32_t kept = captured < length ? captured : length;
	struct packet *p = packet_new(PACKET_HEADROOM, captured, 0);

	if (!p) {
		if (tracefile_peek(&f->trace, captured))
			tracefile_skip(&f->trace, captured);
		return NULL;
	}
	if (!tracefile_read(&f->trace, p->data, captured)) {
		packet_drop(p);
		return NULL;
	}
	p->len = kept;
	p->mac = p->data;
	anno_set_u32(p, ANNO_EXTRA_LENGTH, length - kept);
	return p;
}

struct packet *pcapfile_next(struct pcapfile *f, struct error *err)
{
	uint32_t captured, length, fraction, sec;
	const uint8_t *h;
	struct packet *p;

	f->record_at = f->trace.offset;
	h = tracefile_peek(&f->trace, f->record_size);
	if (!h)
		return NULL;
	sec = host32(f, load32(h));
	fraction = host32(f, load32(h + 4));
	captured = host32(f, load32(h + 8));
	length = host32(f, load32(h + 12));
	order_lengths(f, &captured, &length);
	if (captured > CAPTURED_MAX) {
		(void)fail_at(err, tracefile_landmark(&f->trace), "bad packet header; giving up");
		return NULL;
	}
	tracefile_skip(&f->trace, f->record_size);
	p = read_data(f, captured, length);
	if (p)
		p->timestamp = sec * NS_PER_SEC + (int64_t)fraction * (f->nano ? 1 : NS_PER_USEC);
	return p;
}
