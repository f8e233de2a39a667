/* SPDX-License-Identifier: MIT */
/*
 * FromDAGDump - read packets from a file of a DAG capture card
 *
 * Reads FILENAME (`-': standard input; gzip and bzip2 are unpacked), records in the extensible
 * record format, and sends their packets as FromDump does. Records of type 0 and, with ENCAP, all
 * are old cells: 64 bytes, 48 of them data, of that link type: ATM when it is not given. START, END
 * and their kin, SAMPLE, TIMING, FORCE_IP and what is done at the end are FromDump's.
 *
 * Example: FromDAGDump(trace.erf.gz, STOP true, FORCE_IP true) -> IPPrint -> Discard
 * See also: FromDump, ToDump
 */
#include "elements/analysis/capturesource.h"
#include "elements/analysis/linktype.h"

struct fromdagdump {
	struct capture_source base;
	struct str encap;
	int cells; /* link type; LINK_NONE: records say theirs */
};
ELEMENT_SELF(struct fromdagdump)

static bool is_cell_type(int type)
{
	return type == LINK_SUNATM || type == LINK_HDLC || type == LINK_ETHER || type == LINK_ATM ||
	       type == LINK_PPP || type == LINK_PPP_HDLC || type == LINK_IP;
}

static bool configure(struct element *e, struct error *err)
{
	struct fromdagdump *d = self(e);

	if (arg_given(e, "START") && arg_given(e, "START_AFTER"))
		return fail(err, "'START' and 'START_AFTER' are mutually exclusive");
	if (d->base.force_ip && d->base.replay.timing)
		return fail(err, "FORCE_IP and TIMING options are incompatible");
	d->cells = LINK_NONE;
	if (arg_given(e, "ENCAP") &&
	    (!linktype_parse(d->encap, &d->cells) || !is_cell_type(d->cells)))
		return fail(err, "bad encapsulation type");
	return capture_source_configure(e, err);
}

static bool start(struct element *e, struct error *err)
{
	struct fromdagdump *d = self(e);

	if (!dagfile_open(&d->base.file, d->base.filename, d->cells, err))
		return false;
	replay_start(&d->base.replay);
	return true;
}

static const struct arg args[] = {
	CAPTURE_SOURCE_ARGS,
	REPLAY_TIMING(0),
	ARG("ENCAP", encap, 0, "link type of old cells"),
};

static const struct handler handlers[] = {
	CAPTURE_SOURCE_HANDLERS,
	REPLAY_FILEPOS,
};

const struct element_class fromdagdump_class = {
	.name = "FromDAGDump",
	CAPTURE_SOURCE_CLASS,
};
