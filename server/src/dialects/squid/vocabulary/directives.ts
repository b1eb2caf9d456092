/**
 * The directives of squid 5 and 6. Names, aliases and argument shapes are those of squid 5.7 (src/cf.data.pre) and of the
 * squid 6 release notes; what happens to the old ones is what `squid -k parse` of 5.7 does.
 */

import type { Treatment, Word } from '../../shared/words.js';
import { SUMMARIES, VERSIONS, versionSummary } from './summaries.js';

/** The form of the arguments of a directive. */
export type ArgumentShape =
  | 'access'
  | 'acl'
  | 'address'
  | 'address-acls'
  | 'auth-param'
  | 'bytes'
  | 'children'
  | 'choice'
  | 'condition'
  | 'deny-info'
  | 'external-acl'
  | 'header-access'
  | 'header-acls'
  | 'include'
  | 'integer'
  | 'key-value-acls'
  | 'log'
  | 'none'
  | 'on-off'
  | 'on-off-warn'
  | 'peer'
  | 'peer-access'
  | 'pool-access'
  | 'port'
  | 'port-number'
  | 'refresh-pattern'
  | 'rest'
  | 'service-access'
  | 'size-acls'
  | 'ssl-bump'
  | 'text'
  | 'time'
  | 'unsupported-protocol'
  | 'value-acls'
  | 'words';

export interface Directive {
  /** The current name, also for an alias. */
  readonly name: string;
  readonly shape: ArgumentShape;
  /** `ignored`: squid logs that it is obsolete and continues. `refused`: squid does not start. */
  readonly status: 'current' | 'ignored' | 'refused';
  /** What replaces an old directive, as the end of a sentence; empty otherwise. */
  readonly note: string;
  readonly treatment: Treatment;
  /** The possible effect of an opaque directive on requests. */
  readonly effect: string | undefined;
}

/** How the arguments of each shape are written. */
export const FORMS: Readonly<Record<ArgumentShape, string>> = {
  access: 'allow|deny [!]ACL …',
  acl: 'NAME TYPE [OPTION …] VALUE … | "FILE"',
  address: 'ADDRESS',
  'address-acls': 'ADDRESS [[!]ACL …]',
  'auth-param': 'SCHEME OPTION VALUE …',
  bytes: 'NUMBER [bytes|KB|MB|GB]',
  children: 'NUMBER [startup=N] [idle=N] [concurrency=N] [queue-size=N]',
  choice: 'VALUE',
  condition: 'CONDITION',
  'deny-info': 'PAGE|URL ACL …',
  'external-acl': 'NAME [OPTION …] FORMAT … HELPER [ARGUMENT …]',
  'header-access': 'HEADER allow|deny [!]ACL …',
  'header-acls': 'HEADER VALUE [[!]ACL …]',
  include: 'FILE …',
  integer: 'NUMBER',
  'key-value-acls': 'KEY VALUE [[!]ACL …]',
  log: 'MODULE:PLACE [OPTION …] [[!]ACL …] | none',
  none: '',
  'on-off': 'on|off',
  'on-off-warn': 'on|off|warn',
  peer: 'HOST parent|sibling|multicast HTTP-PORT ICP-PORT [OPTION …]',
  'peer-access': 'PEER allow|deny [!]ACL …',
  'pool-access': 'POOL allow|deny [!]ACL …',
  port: '[ADDRESS:]PORT [MODE] [OPTION …]',
  'port-number': 'PORT',
  'refresh-pattern': '[-i] REGEX MINUTES PERCENT% MINUTES [OPTION …]',
  rest: 'TEXT',
  'service-access': 'SERVICE allow|deny [!]ACL …',
  'size-acls': 'NUMBER [bytes|KB|MB|GB] [[!]ACL …]',
  'ssl-bump': 'peek|splice|bump|stare|terminate [!]ACL …',
  text: 'VALUE',
  time: 'NUMBER seconds|minutes|hours|days|…',
  'unsupported-protocol': 'tunnel|respond [!]ACL …',
  'value-acls': 'VALUE [[!]ACL …]',
  words: 'VALUE …',
};

/** The names of each shape. */
const NAMES: Readonly<Record<ArgumentShape, string>> = {
  integer: `
    adaptation_service_iteration_limit cache_swap_high cache_swap_low client_ip_max_connections connect_retries
    digest_bits_per_entry digest_rebuild_chunk_percentage forward_max_tries fqdncache_size
    happy_eyeballs_connect_gap happy_eyeballs_connect_limit happy_eyeballs_connect_timeout high_page_fault_warning
    high_response_time_warning icap_default_options_ttl icap_preview_size icap_retry_limit
    icap_service_revival_delay icp_query_timeout incoming_dns_average incoming_tcp_average incoming_udp_average
    ipcache_high ipcache_low ipcache_size logfile_rotate max_filedescriptors max_open_disk_fds
    maximum_icp_query_timeout mcast_icp_query_timeout min_dns_poll_cnt min_tcp_poll_cnt min_udp_poll_cnt
    minimum_direct_hops minimum_direct_rtt minimum_icp_query_timeout netdb_high netdb_low quick_abort_pct
    shared_transient_entries_limit sleep_after_fork sslproxy_session_ttl store_objects_per_bucket umask
    wccp2_weight wccp_version workers
  `,
  words: `
    adaptation_service_chain adaptation_service_set auth_schemes cache_dir cache_log_message
    cache_replacement_policy tls_key_log
    cachemgr_passwd client_delay_parameters client_delay_pools cpu_affinity_map delay_class delay_parameters
    delay_pools dns_nameservers ecap_service ftp_epsv hostname_aliases http_upgrade_request_protocols icap_class
    icap_service icap_service_failure_limit loadable_modules logformat mcast_groups memory_replacement_policy
    neighbor_type_domain pinger_program pipeline_prefetch qos_flows reply_header_replace request_header_replace
    response_delay_pool store_id_extras store_id_program tls_outgoing_options url_rewrite_extras
    url_rewrite_program url_rewrite_timeout wccp2_assignment_method wccp2_forwarding_method wccp2_return_method
    wccp2_router wccp2_service wccp2_service_info
  `,
  'on-off': `
    acl_uses_indirect_client adaptation_send_client_ip adaptation_send_username adaptation_uses_indirect_client
    allow_underscore buffered_logs cache_miss_revalidate check_hostnames client_db client_dst_passthru
    client_persistent_connections collapsed_forwarding configuration_includes_quoted_values
    delay_pool_uses_indirect_client detect_broken_pconn digest_generation dns_defnames dns_multicast_local
    ecap_enable email_err_data error_log_languages eui_lookup ftp_eprt ftp_epsv_all ftp_passive ftp_sanitycheck
    ftp_telnet_protocol global_internal_static half_closed_clients host_verify_strict http_accel_surrogate_remote
    httpd_suppress_version_string icap_206_enable icap_client_username_encode icap_enable
    icap_persistent_connections icap_preview_enable icp_hit_stale ignore_unknown_nameservers log_icp_queries
    log_mime_hdrs log_uses_indirect_client memory_cache_shared memory_pools nonhierarchical_direct offline_mode
    persistent_connection_after_error pinger_enable prefer_direct query_icmp refresh_all_ims reload_into_ims
    request_entities retry_on_error server_persistent_connections shared_memory_locking short_icon_urls
    ssl_unclean_shutdown store_id_bypass strip_query_terms test_reachability tproxy_uses_indirect_client
    url_rewrite_bypass url_rewrite_host_header vary_ignore_expire via wccp2_rebuild_wait
    windows_ipaddrchangemonitor
  `,
  time: `
    announce_period authenticate_cache_garbage_interval authenticate_ip_ttl authenticate_ttl background_ping_rate
    client_idle_pconn_timeout client_lifetime connect_timeout dead_peer_timeout digest_rebuild_period
    digest_rewrite_period dns_retransmit_interval dns_timeout forward_timeout ftp_client_idle_timeout
    hopeless_kid_revival_delay icap_connect_timeout icap_io_timeout ident_timeout max_stale minimum_expiry_time
    negative_dns_ttl negative_ttl netdb_ping_period paranoid_hit_validation pconn_lifetime peer_connect_timeout positive_dns_ttl
    read_timeout request_start_timeout request_timeout server_idle_pconn_timeout shutdown_lifetime write_timeout
  `,
  'auth-param': `
    auth_param
  `,
  'external-acl': `
    external_acl_type
  `,
  acl: `
    acl
  `,
  include: `
    include
  `,
  condition: `
    if
  `,
  none: `
    else endif
  `,
  access: `
    adapted_http_access always_direct broken_posts cache collapsed_forwarding_access follow_x_forwarded_for
    force_request_body_continuation htcp_access htcp_clr_access http_access http_reply_access icap_retry
    icp_access ident_lookup_access miss_access never_direct proxy_protocol_access send_hit
    server_pconn_for_nonretriable snmp_access spoof_client_ip sslproxy_cert_error stats_collection store_id_access
    store_miss url_rewrite_access
  `,
  'size-acls': `
    range_offset_limit reply_body_max_size
  `,
  'unsupported-protocol': `
    on_unsupported_protocol
  `,
  port: `
    ftp_port http_port https_port
  `,
  'value-acls': `
    clientside_tos mark_client_connection mark_client_packet sslproxy_cert_adapt sslproxy_cert_sign
    tcp_outgoing_mark tcp_outgoing_tos
  `,
  'address-acls': `
    tcp_outgoing_address
  `,
  text: `
    accept_filter adaptation_masterx_shared_names announce_file announce_host append_domain as_whois_server
    cache_effective_group cache_effective_user cache_log cache_mgr cache_store_log cache_swap_state chroot
    coredump_dir diskd_program err_page_stylesheet error_default_language error_directory esi_parser forwarded_for
    ftp_user hosts_file httpd_accel_surrogate_id icap_client_username_header icon_directory logfile_daemon
    mail_from mcast_miss_encode_key mime_table netdb_filename pid_filename ssl_engine sslpassword_program
    sslproxy_cert_sign_hash sslproxy_foreign_intermediate_certs store_dir_select_algorithm unique_hostname
    unlinkd_program visible_hostname
  `,
  bytes: `
    cache_mem client_request_buffer_max_size digest_swapout_chunk_size dns_packet_max high_memory_warning
    maximum_object_size maximum_object_size_in_memory memory_pools_limit minimum_object_size quick_abort_max
    quick_abort_min read_ahead_gap reply_header_max_size request_body_max_size request_header_max_size
    sslproxy_session_cache_size store_avg_object_size tcp_recv_bufsize
  `,
  'ssl-bump': `
    ssl_bump
  `,
  rest: `
    debug_options err_html_text mail_program sslcrtd_program sslcrtvalidator_program
  `,
  children: `
    sslcrtd_children sslcrtvalidator_children store_id_children url_rewrite_children
  `,
  peer: `
    cache_peer
  `,
  'peer-access': `
    cache_peer_access
  `,
  choice: `
    memory_cache_mode uri_whitespace
  `,
  log: `
    access_log icap_log
  `,
  address: `
    client_netmask mcast_miss_addr snmp_incoming_address snmp_outgoing_address udp_incoming_address
    udp_outgoing_address wccp2_address wccp_address wccp_router
  `,
  'refresh-pattern': `
    refresh_pattern
  `,
  'header-access': `
    reply_header_access request_header_access
  `,
  'header-acls': `
    reply_header_add request_header_add
  `,
  'key-value-acls': `
    adaptation_meta note
  `,
  'on-off-warn': `
    relaxed_header_parser
  `,
  'port-number': `
    announce_port client_delay_initial_bucket_level delay_initial_bucket_level htcp_port icp_port mcast_miss_port
    mcast_miss_ttl snmp_port
  `,
  'pool-access': `
    client_delay_access delay_access response_delay_pool_access
  `,
  'deny-info': `
    deny_info
  `,
  'service-access': `
    adaptation_access icap_access
  `,
};

/** Other names of directives. */
const ALIASES: readonly (readonly [alias: string, name: string])[] = [
  ['http_access2', 'adapted_http_access'],
  ['ascii_port', 'http_port'],
  ['tcp_outgoing_ds', 'tcp_outgoing_tos'],
  ['tcp_outgoing_dscp', 'tcp_outgoing_tos'],
  ['clientside_mark', 'mark_client_packet'],
  ['cache_access_log', 'access_log'],
  ['cache_swap_log', 'cache_swap_state'],
  ['redirect_program', 'url_rewrite_program'],
  ['redirect_children', 'url_rewrite_children'],
  ['redirect_rewrites_host_header', 'url_rewrite_host_header'],
  ['redirector_access', 'url_rewrite_access'],
  ['redirector_bypass', 'url_rewrite_bypass'],
  ['storeurl_rewrite_program', 'store_id_program'],
  ['storeurl_rewrite_children', 'store_id_children'],
  ['storeurl_rewrite_access', 'store_id_access'],
  ['storeurl_rewrite_bypass', 'store_id_bypass'],
  ['no_cache', 'cache'],
  ['icap_uses_indirect_client', 'adaptation_uses_indirect_client'],
  ['header_replace', 'request_header_replace'],
  ['collapsed_forwarding_shared_entries_limit', 'shared_transient_entries_limit'],
  ['persistent_request_timeout', 'client_idle_pconn_timeout'],
  ['pconn_timeout', 'server_idle_pconn_timeout'],
  ['udp_port', 'icp_port'],
  ['incoming_icp_average', 'incoming_udp_average'],
  ['incoming_http_average', 'incoming_tcp_average'],
  ['min_icp_poll_cnt', 'min_udp_poll_cnt'],
  ['min_http_poll_cnt', 'min_tcp_poll_cnt'],
  ['icap_send_client_ip', 'adaptation_send_client_ip'],
  ['icap_send_client_username', 'adaptation_send_username'],
  ['max_filedesc', 'max_filedescriptors'],
];

/** Directives that squid logs as obsolete and ignores, with what its log says to use instead. */
const IGNORED: readonly (readonly [names: string, note: string])[] = [
  ['broken_vary_encoding cache_vary error_map external_refresh_check refresh_stale_hit', ', a feature of squid 2'],
  [
    'location_rewrite_program location_rewrite_access location_rewrite_children location_rewrite_concurrency',
    ', a feature of squid 2',
  ],
  [
    'dns_v4_first balance_on_multiple_ip dns_v4_fallback',
    ': address families are tried in the order of the DNS replies',
  ],
  ['cache_peer_domain cache_host_domain', ': use dstdomain acls with cache_peer_access'],
  ['hierarchy_stoplist', ': use always_direct or cache_peer_access'],
  [
    'ie_refresh chunked_request_body_max_size ignore_expect_100 server_http11 upgrade_http0.9',
    ': it is no longer needed',
  ],
  ['dns_testnames extension_methods update_headers zero_buffers incoming_rate', ': it is no longer needed'],
  ['sslproxy_cafile sslproxy_capath sslproxy_options sslproxy_version', ' in favour of tls_outgoing_options'],
  ['sslproxy_cipher sslproxy_client_certificate', ' in favour of tls_outgoing_options'],
  ['sslproxy_client_key sslproxy_flags', ' in favour of tls_outgoing_options'],
  ['emulate_httpd_log forward_log referer_log referrer_log useragent_log', ': use access_log with a logformat'],
  ['log_fqdn log_ip_on_direct', ': use a code of logformat'],
  ['ftp_list_width', ': use errorpage.css'],
  ['maximum_single_addr_tries', ': use connect_retries'],
  ['zph_local zph_mode zph_option zph_parent zph_sibling', ': use qos_flows'],
  ['header_access', ': use request_header_access or reply_header_access'],
  ['httpd_accel_no_pmtu_disc', ': use disable-pmtu-discovery of http_port'],
  ['wais_relay_host wais_relay_port', ': use cache_peer'],
];

/** Obsolete directives with which squid does not start. */
const REFUSED: readonly (readonly [name: string, note: string])[] = [
  ['log_access', ': name acls in access_log instead'],
  ['log_icap', ': name acls in icap_log instead'],
];

/** Obsolete directives whose value squid still accepts as that of their successor. */
const CONVERTED: readonly (readonly [name: string, shape: ArgumentShape])[] = [
  ['ignore_ims_on_miss', 'on-off'],
  ['url_rewrite_concurrency', 'integer'],
];

/** The directives that are modelled. Directives in none of these lists have no effect on verdicts. */
const MODELLED = new Set(
  `acl adapted_http_access always_direct cache_peer cache_peer_access configuration_includes_quoted_values else endif
   external_acl_type http_access http_port http_reply_access https_port if include miss_access never_direct
   nonhierarchical_direct prefer_direct ssl_bump`.split(/\s+/),
);

/** Opaque directives, which may change verdicts, and their effect. */
const OPAQUE: ReadonlyMap<string, string> = new Map([
  ['adaptation_access', 'the adaptation service may rewrite or deny requests'],
  ['icap_access', 'the ICAP service may rewrite or deny requests'],
  ['url_rewrite_program', 'the helper may redirect requests'],
  ['reply_body_max_size', 'replies that are too large are denied'],
  ['follow_x_forwarded_for', 'the client address may be taken from a header'],
]);

/** Every name of a directive; an alias maps to its directive. */
export const DIRECTIVES: ReadonlyMap<string, Directive> = directivesByName();

function directivesByName(): Map<string, Directive> {
  const directives = new Map<string, Directive>();
  const add = (name: string, shape: ArgumentShape, status: Directive['status'] = 'current', note = '') => {
    const effect = OPAQUE.get(name);
    const treatment = MODELLED.has(name) ? 'modelled' : effect === undefined ? 'no-effect' : 'opaque';
    directives.set(name, { name, shape, status, note, treatment, effect });
  };
  for (const [shape, names] of Object.entries(NAMES) as [ArgumentShape, string][]) {
    for (const name of names.trim().split(/\s+/)) add(name, shape);
  }
  for (const [alias, name] of ALIASES) {
    const directive = directives.get(name);
    if (directive) directives.set(alias, directive);
  }
  for (const [names, note] of IGNORED) for (const name of names.split(' ')) add(name, 'words', 'ignored', note);
  for (const [name, note] of REFUSED) add(name, 'words', 'refused', note);
  for (const [name, shape] of CONVERTED) add(name, shape);
  return directives;
}

/** The summary of a directive, in a sentence or two; `undefined` where its name is self-explanatory. */
export function directiveSummary(name: string, directive: Directive): string | undefined {
  if (directive.status === 'ignored') return `Obsolete: squid ignores it${directive.note}.`;
  if (directive.status === 'refused') return `Obsolete: squid rejects it${directive.note}.`;
  const alias = name === directive.name ? undefined : `Another name of \`${directive.name}\`.`;
  const parts = [alias, SUMMARIES[directive.name], versionSummary(VERSIONS[directive.name])].filter(
    (part) => part !== undefined,
  );
  return parts.length > 0 ? parts.join(' ') : undefined;
}

export const DIRECTIVE_WORDS: readonly Word[] = [...DIRECTIVES].map(([name, directive]) => {
  const summary = directiveSummary(name, directive);
  const { treatment } = directive;
  return { name, place: 'directive', treatment, ...(summary !== undefined && { summary }) };
});
