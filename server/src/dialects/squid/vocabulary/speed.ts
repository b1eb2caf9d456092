// Which acls need an answer from outside, and which directives do not wait for one (cf.data.pre of squid 5.7).

/** The acl types that the manual marks as slow: squid asks a helper, a name server or another service. */
export const SLOW_TYPES: ReadonlySet<string> = new Set(
  `dst srcdomain srcdom_regex ident ident_regex proxy_auth proxy_auth_regex external ext_user ext_user_regex`.split(
    /\s+/,
  ),
);

/** The directives of which the manual says that they support fast acls only. */
export const FAST_DIRECTIVES: ReadonlySet<string> = new Set(
  `auth_schemes broken_posts cache_peer_access client_delay_access clientside_tos collapsed_forwarding_access
   follow_x_forwarded_for ftp_epsv htcp_access htcp_clr_access http_upgrade_request_protocols icp_access
   ident_lookup_access mark_client_connection mark_client_packet miss_access note on_unsupported_protocol
   proxy_protocol_access reply_header_add request_header_add send_hit server_pconn_for_nonretriable snmp_access
   spoof_client_ip sslproxy_cert_adapt sslproxy_cert_error sslproxy_cert_sign stats_collection store_miss
   tcp_outgoing_address tcp_outgoing_mark tcp_outgoing_tos`.split(/\s+/),
);
