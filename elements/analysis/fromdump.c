/* SPDX-License-Identifier: MIT */
/*
 * FromDump - read packets from a pcap file
 *
 * Reads FILENAME (`-': standard input; gzip and bzip2 are unpacked) and sends its packets with
 * their timestamps, as fast as they are taken or, with TIMING, as far apart as they were.
 * FORCE_IP marks the IP header; what has none goes to output 1, or nowhere. START, END and their
 * kin choose packets by time. At the end END_CALL is called, or with STOP the driver stops.
 *
 * Example: FromDump(trace.pcap.gz, STOP true, FORCE_IP true) -> IPPrint -> Discard
 * See also: ToDump, FromDevice, FromIPSummaryDump
 */
#include "elements/analysis/capturesource.h"
#include "elements/analysis/linktype.h"

struct fromdump {
	struct capture_source base;
	uint64_t position;
};
ELEMENT_SELF(struct fromdump)

static bool configure(struct element *e, struct error *err)
{
	return capture_source_configure(e, err);
}

static bool start(struct element *e, struct error *err)
{
	struct capture_source *d = &self(e)->base;
	struct capture_file *f = &d->file;

	if (!pcapfile_open(f, d->filename, err))
		return false;
	if (f->linktype == LINK_IP)
		d->force_ip = true;
	if (d->force_ip && !linktype_forcible(f->linktype))
		return fail_at(err, tracefile_landmark(&f->trace),
			       "unknown linktype %d; can't force IP packets", f->linktype);
	if (self(e)->position != 0 && tracefile_seek(&f->trace, (int64_t)self(e)->position) < 0)
		return fail(err, "FILEPOS out of range");
	replay_start(&d->replay);
	return true;
}

/* --- handlers --- */

static bool write_filepos(struct element *e, struct str value, struct error *err)
{
	uint64_t at;

	if (!parse_u64(str_trim(value), INT64_MAX, &at, NULL))
		return fail(err, "argument must be file offset");
	if (tracefile_seek(replay(e)->file, (int64_t)at) < 0)
		return fail(err, "FILEPOS out of range");
	replay_moved(replay(e));
	return true;
}

static void read_packet_filepos(struct element *e, struct text *out)
{
	text_add(out, "%lld", (long long)self(e)->base.file.record_at);
}

static bool reset_counts(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	replay(e)->count = 0;
	return true;
}

/* A packet that waits is chosen anew, as the first one. */
static bool reset_timing(struct element *e, struct str value, struct error *err)
{
	(void)value, (void)err;
	self(e)->base.have_first = false;
	replay(e)->timed = replay(e)->chosen = false;
	return true;
}

static const struct arg args[] = {
	CAPTURE_SOURCE_ARGS,
	REPLAY_TIMING(ARG_POSITIONAL),
	ARG_OR("FILEPOS", position, 0, "0", "offset of the first record to read"),
};

static const struct handler handlers[] = {
	CAPTURE_SOURCE_HANDLERS,
	RW("filepos", replay_read_filepos, write_filepos, 0, "offset in the uncompressed file"),
	READ("packet_filepos", read_packet_filepos, "offset of the last packet's record"),
	READ_FIELD("count", base.replay.count, "packets emitted"),
	BUTTON("reset_counts", reset_counts, "set the count to zero"),
	BUTTON("reset_timing", reset_timing, "take the next packet for the first one"),
};

const struct element_class fromdump_class = {
	.name = "FromDump",
	CAPTURE_SOURCE_CLASS,
};
