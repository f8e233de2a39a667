/* SPDX-License-Identifier: MIT */
/* abi_test.c - abi/xen.h against Xen's own public headers, where these are installed. */
#include <stdint.h>
#include <stdio.h>

#if __has_include(<xen/xen.h>)
#define XEN_HEADERS 1
/* The newest names; and some that ours use for their own things. */
#define __XEN_INTERFACE_VERSION__ 0x00040d00
#define xen_shutdown public_xen_shutdown
#include <xen/xen.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/memory.h>
#include <xen/sched.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/io/console.h>
#include <xen/io/netif.h>
#include <xen/io/xenbus.h>
#include <xen/io/xs_wire.h>
#undef xen_shutdown
#endif

#include "abi/xen.h"
#include "tests/unit/test.h"

#ifdef XEN_HEADERS

#define SIZE(ours, theirs) CHECK_INT(sizeof(struct ours), sizeof(struct theirs))
#define FIELD(ours, f, theirs, g)                                                          \
	do {                                                                               \
		CHECK_INT(offsetof(struct ours, f), offsetof(struct theirs, g));           \
		CHECK_INT(sizeof(((struct ours *)0)->f), sizeof(((struct theirs *)0)->g)); \
	} while (0)

static void test_numbers(void)
{
	CHECK_INT(XEN_DOMID_SELF, DOMID_SELF);
	CHECK_INT(XEN_MEMORY_OP, __HYPERVISOR_memory_op);
	CHECK_INT(XEN_VERSION, __HYPERVISOR_xen_version);
	CHECK_INT(XEN_GRANT_TABLE_OP, __HYPERVISOR_grant_table_op);
	CHECK_INT(XEN_SCHED_OP, __HYPERVISOR_sched_op);
	CHECK_INT(XEN_EVENT_CHANNEL_OP, __HYPERVISOR_event_channel_op);
	CHECK_INT(XEN_HVM_OP, __HYPERVISOR_hvm_op);
	CHECK_INT(XEN_MEM_ADD_TO_PHYSMAP, XENMEM_add_to_physmap);
	CHECK_INT(XEN_MAPSPACE_SHARED_INFO, XENMAPSPACE_shared_info);
	CHECK_INT(XEN_MAPSPACE_GRANT_TABLE, XENMAPSPACE_grant_table);
	CHECK_INT(XEN_HVM_GET_PARAM, HVMOP_get_param);
	CHECK_INT(XEN_PARAM_STORE_PFN, HVM_PARAM_STORE_PFN);
	CHECK_INT(XEN_PARAM_STORE_PORT, HVM_PARAM_STORE_EVTCHN);
	CHECK_INT(XEN_PARAM_CONSOLE_PFN, HVM_PARAM_CONSOLE_PFN);
	CHECK_INT(XEN_PARAM_CONSOLE_PORT, HVM_PARAM_CONSOLE_EVTCHN);
	CHECK_INT(XEN_SCHED_YIELD, SCHEDOP_yield);
	CHECK_INT(XEN_SCHED_SHUTDOWN, SCHEDOP_shutdown);
	CHECK_INT(XEN_SCHED_POLL, SCHEDOP_poll);
	CHECK_INT(XEN_SHUTDOWN_POWEROFF, SHUTDOWN_poweroff);
	CHECK_INT(XEN_SHUTDOWN_REBOOT, SHUTDOWN_reboot);
	CHECK_INT(XEN_SHUTDOWN_CRASH, SHUTDOWN_crash);
	CHECK_INT(XEN_EVENT_CLOSE, EVTCHNOP_close);
	CHECK_INT(XEN_EVENT_SEND, EVTCHNOP_send);
	CHECK_INT(XEN_EVENT_ALLOC_UNBOUND, EVTCHNOP_alloc_unbound);
	CHECK_INT(XEN_VCPUS, XEN_LEGACY_MAX_VCPUS);
	CHECK_INT(XEN_PORTS, EVTCHN_2L_NR_CHANNELS);
	CHECK_INT(XEN_GRANT_QUERY_SIZE, GNTTABOP_query_size);
	CHECK_INT(XEN_GRANTS_RESERVED, GNTTAB_NR_RESERVED_ENTRIES);
	CHECK_INT(XEN_GRANT_ACCESS, GTF_permit_access);
	CHECK_INT(XEN_GRANT_READONLY, GTF_readonly);
	CHECK_INT(XEN_GRANT_READING, GTF_reading);
	CHECK_INT(XEN_GRANT_WRITING, GTF_writing);
}

static void test_store_numbers(void)
{
	CHECK_INT(XEN_STORE_RING, XENSTORE_RING_SIZE);
	CHECK_INT(XEN_STORE_PAYLOAD, XENSTORE_PAYLOAD_MAX);
	CHECK_INT(XEN_STORE_PATH, XENSTORE_REL_PATH_MAX);
	CHECK_INT(XEN_STORE_DIRECTORY, XS_DIRECTORY);
	CHECK_INT(XEN_STORE_READ, XS_READ);
	CHECK_INT(XEN_STORE_WATCH, XS_WATCH);
	CHECK_INT(XEN_STORE_UNWATCH, XS_UNWATCH);
	CHECK_INT(XEN_STORE_BEGIN, XS_TRANSACTION_START);
	CHECK_INT(XEN_STORE_END, XS_TRANSACTION_END);
	CHECK_INT(XEN_STORE_WRITE, XS_WRITE);
	CHECK_INT(XEN_STORE_MKDIR, XS_MKDIR);
	CHECK_INT(XEN_STORE_RM, XS_RM);
	CHECK_INT(XEN_STORE_EVENT, XS_WATCH_EVENT);
	CHECK_INT(XEN_STORE_ERROR, XS_ERROR);
	CHECK_INT(XEN_STATE_INITIALISING, XenbusStateInitialising);
	CHECK_INT(XEN_STATE_INIT_WAIT, XenbusStateInitWait);
	CHECK_INT(XEN_STATE_CONNECTED, XenbusStateConnected);
	CHECK_INT(XEN_STATE_CLOSING, XenbusStateClosing);
	CHECK_INT(XEN_STATE_CLOSED, XenbusStateClosed);
	CHECK_INT(XEN_STATE_RECONFIGURED, XenbusStateReconfigured);
}

static void test_net_numbers(void)
{
	CHECK_INT(XEN_NET_RING, __CONST_RING_SIZE(netif_tx, 4096));
	CHECK_INT(XEN_NET_RING, __CONST_RING_SIZE(netif_rx, 4096));
	CHECK_INT(XEN_NET_SLOTS, XEN_NETIF_NR_SLOTS_MIN);
	CHECK_INT(XEN_NETTX_CSUM_BLANK, NETTXF_csum_blank);
	CHECK_INT(XEN_NETTX_VALIDATED, NETTXF_data_validated);
	CHECK_INT(XEN_NETTX_MORE, NETTXF_more_data);
	CHECK_INT(XEN_NETTX_EXTRA, NETTXF_extra_info);
	CHECK_INT(XEN_NETRX_VALIDATED, NETRXF_data_validated);
	CHECK_INT(XEN_NETRX_CSUM_BLANK, NETRXF_csum_blank);
	CHECK_INT(XEN_NETRX_MORE, NETRXF_more_data);
	CHECK_INT(XEN_NETRX_EXTRA, NETRXF_extra_info);
	CHECK_INT(XEN_NET_EXTRA_MORE, XEN_NETIF_EXTRA_FLAG_MORE);
}

static void test_arguments(void)
{
	SIZE(xen_physmap_add, xen_add_to_physmap);
	FIELD(xen_physmap_add, domid, xen_add_to_physmap, domid);
	FIELD(xen_physmap_add, space, xen_add_to_physmap, space);
	FIELD(xen_physmap_add, index, xen_add_to_physmap, idx);
	FIELD(xen_physmap_add, gpfn, xen_add_to_physmap, gpfn);
	SIZE(xen_param, xen_hvm_param);
	FIELD(xen_param, index, xen_hvm_param, index);
	FIELD(xen_param, value, xen_hvm_param, value);
	SIZE(xen_poll, sched_poll);
	FIELD(xen_poll, nports, sched_poll, nr_ports);
	FIELD(xen_poll, timeout, sched_poll, timeout);
	SIZE(xen_shutdown, sched_shutdown);
	SIZE(xen_event_port, evtchn_send);
	SIZE(xen_event_port, evtchn_close);
	SIZE(xen_event_alloc_unbound, evtchn_alloc_unbound);
	FIELD(xen_event_alloc_unbound, remote_dom, evtchn_alloc_unbound, remote_dom);
	FIELD(xen_event_alloc_unbound, port, evtchn_alloc_unbound, port);
	SIZE(xen_grant_query_size, gnttab_query_size);
	FIELD(xen_grant_query_size, max_frames, gnttab_query_size, max_nr_frames);
	FIELD(xen_grant_query_size, status, gnttab_query_size, status);
}

static void test_shared(void)
{
	SIZE(xen_time, vcpu_time_info);
	FIELD(xen_time, tsc_timestamp, vcpu_time_info, tsc_timestamp);
	FIELD(xen_time, system_time, vcpu_time_info, system_time);
	FIELD(xen_time, tsc_to_system_mul, vcpu_time_info, tsc_to_system_mul);
	FIELD(xen_time, tsc_shift, vcpu_time_info, tsc_shift);
	SIZE(xen_vcpu, vcpu_info);
	FIELD(xen_vcpu, time, vcpu_info, time);
	FIELD(xen_vcpu, pending_sel, vcpu_info, evtchn_pending_sel);
	FIELD(xen_shared, pending, shared_info, evtchn_pending);
	FIELD(xen_shared, mask, shared_info, evtchn_mask);
	FIELD(xen_shared, wc_version, shared_info, wc_version);
	FIELD(xen_shared, wc_sec, shared_info, wc_sec);
	FIELD(xen_shared, wc_nsec, shared_info, wc_nsec);
	SIZE(xen_grant, grant_entry_v1);
	FIELD(xen_grant, flags, grant_entry_v1, flags);
	FIELD(xen_grant, domid, grant_entry_v1, domid);
	FIELD(xen_grant, frame, grant_entry_v1, frame);
}

static void test_rings(void)
{
	FIELD(xen_console, out, xencons_interface, out);
	FIELD(xen_console, out_cons, xencons_interface, out_cons);
	FIELD(xen_console, out_prod, xencons_interface, out_prod);
	SIZE(xen_console, xencons_interface);
	SIZE(xen_store, xenstore_domain_interface);
	FIELD(xen_store, rsp, xenstore_domain_interface, rsp);
	FIELD(xen_store, req_cons, xenstore_domain_interface, req_cons);
	FIELD(xen_store, req_prod, xenstore_domain_interface, req_prod);
	FIELD(xen_store, rsp_cons, xenstore_domain_interface, rsp_cons);
	FIELD(xen_store, rsp_prod, xenstore_domain_interface, rsp_prod);
	SIZE(xen_store_header, xsd_sockmsg);
	FIELD(xen_store_header, id, xsd_sockmsg, req_id);
	FIELD(xen_store_header, tx, xsd_sockmsg, tx_id);
	FIELD(xen_store_header, len, xsd_sockmsg, len);
	FIELD(xen_net_tx_ring, head.req_event, netif_tx_sring, req_event);
	FIELD(xen_net_tx_ring, head.rsp_prod, netif_tx_sring, rsp_prod);
	FIELD(xen_net_tx_ring, head.rsp_event, netif_tx_sring, rsp_event);
	FIELD(xen_net_tx_ring, e[0], netif_tx_sring, ring[0]);
	FIELD(xen_net_rx_ring, e[0], netif_rx_sring, ring[0]);
	SIZE(xen_net_tx_request, netif_tx_request);
	FIELD(xen_net_tx_request, offset, netif_tx_request, offset);
	FIELD(xen_net_tx_request, flags, netif_tx_request, flags);
	FIELD(xen_net_tx_request, id, netif_tx_request, id);
	FIELD(xen_net_tx_request, size, netif_tx_request, size);
	SIZE(xen_net_tx_response, netif_tx_response);
	FIELD(xen_net_tx_response, status, netif_tx_response, status);
	SIZE(xen_net_rx_request, netif_rx_request);
	FIELD(xen_net_rx_request, gref, netif_rx_request, gref);
	SIZE(xen_net_rx_response, netif_rx_response);
	FIELD(xen_net_rx_response, offset, netif_rx_response, offset);
	FIELD(xen_net_rx_response, flags, netif_rx_response, flags);
	FIELD(xen_net_rx_response, status, netif_rx_response, status);
	SIZE(xen_net_extra, netif_extra_info);
	FIELD(xen_net_extra, flags, netif_extra_info, flags);
}

int main(void)
{
	test_numbers();
	test_store_numbers();
	test_net_numbers();
	test_arguments();
	test_shared();
	test_rings();
	return test_end();
}

#else

int main(void)
{
	printf("package libxen-dev is not installed\n0 passed, 0 failed\n");
	return 0;
}

#endif
