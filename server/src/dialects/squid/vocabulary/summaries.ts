// The summaries of directives, for hover, completion and the page of the dialect.

/** The directives that affect access, TLS, routing, logins and name resolution. */
export const SUMMARIES: Readonly<Record<string, string>> = {
  acl: 'Defines an access control list element: a named condition on requests. Further lines with the same name and type add values. It has no effect until a rule uses it.',
  http_access:
    'Decides whether a request is served. The first rule whose acls all match applies. If none matches, the opposite of the last rule applies; without any rule everything is denied.',
  adapted_http_access:
    'Decides again after adaptation services and URL rewriters have changed the request. Without rules everything is allowed.',
  http_reply_access:
    'Decides whether a reply may be passed to the client. Acls on the reply can be used here. Without rules everything is allowed; tunnels have no reply to check.',
  miss_access:
    'Decides whether a request that the cache cannot serve may be forwarded. Without rules everything is allowed.',
  http_port:
    'A port on which squid accepts HTTP and CONNECT. `intercept` and `tproxy` accept traffic that a router redirects, `accel` is a reverse proxy, `ssl-bump` applies the ssl_bump rules to TLS.',
  https_port:
    'A port on which squid accepts TLS. With `intercept ssl-bump` it accepts redirected HTTPS traffic; otherwise it is an HTTPS proxy or, with `accel`, a reverse proxy.',
  ssl_bump:
    'Decides how TLS is treated, at up to three steps: at the CONNECT, after the client hello, after the server hello. `splice` forwards it, `bump` decrypts it, `peek` and `stare` continue with the next step, `terminate` closes it. After `peek` at step 2 TLS can no longer be decrypted, after `stare` no longer spliced. If no rule matches, squid splices.',
  sslproxy_cert_error: 'Decides which errors in the certificate of a server are tolerated. Without rules none is.',
  sslproxy_cert_sign: 'Chooses how generated certificates are signed: `signTrusted`, `signUntrusted` or `signSelf`.',
  sslproxy_cert_adapt: 'Changes fields of the certificates that squid generates for decrypted connections.',
  sslcrtd_program: 'The helper that generates certificates for decrypted connections.',
  sslcrtd_children: 'How many certificate helpers run.',
  sslproxy_session_ttl: 'How long TLS sessions to servers may be resumed, in seconds.',
  tls_outgoing_options:
    'TLS settings for connections from squid to servers: trusted authorities (`cafile=`), versions, ciphers. They apply to decrypted traffic, not to spliced traffic.',
  on_unsupported_protocol:
    'The treatment of traffic that is neither HTTP nor TLS where squid expects it: `tunnel` forwards it, `respond` sends an error.',
  cache_peer:
    'Another proxy to which requests can be sent: host, type (`parent` or `sibling`), HTTP port, ICP port, options. A `parent` can take any request; a `sibling` serves only what is in its cache.',
  cache_peer_access: 'Decides which requests may be sent to one cache_peer. Without rules for it, all may.',
  always_direct: 'Requests that are sent directly to their server, regardless of peers. Evaluated before never_direct.',
  never_direct: 'Requests that have to be sent to a cache_peer. If none is permitted the request fails.',
  nonhierarchical_direct:
    'With `on`, the default, requests that cannot be cached (CONNECT among them) are sent directly to their server even if there is a parent. With `off` they are sent to the parent.',
  prefer_direct: 'With `on` a parent is used only where a direct connection fails. The default is `off`.',
  auth_param:
    'Sets up logins at the proxy: scheme, option, values. The `program` option names the helper that checks logins.',
  auth_schemes: 'Which login schemes are offered to which clients, and in which order.',
  authenticate_ttl: 'How long squid caches a verified login.',
  authenticate_ip_ttl: 'How long a user stays bound to the addresses that max_user_ip counts.',
  authenticate_cache_garbage_interval: 'How often expired logins are removed.',
  external_acl_type: 'Defines a helper program for acls of type `external`, and the format of the requests to it.',
  deny_info: 'The error page, or the redirect, that is sent when an acl denies.',
  follow_x_forwarded_for:
    'The proxies between clients and squid whose X-Forwarded-For header is trusted. By default none.',
  acl_uses_indirect_client: 'Whether acls on the client use the address from X-Forwarded-For, where that is trusted.',
  forwarded_for: 'Whether squid passes the address of the client to servers in X-Forwarded-For.',
  via: 'Whether squid adds a Via header.',
  proxy_protocol_access: 'Which load balancers may send the PROXY protocol to ports with `require-proxy-header`.',
  request_header_access: 'Removes request headers that are not allowed, before the request is forwarded.',
  reply_header_access: 'Removes reply headers that are not allowed.',
  request_header_add: 'Adds a header to requests, for instance to restrict tenants of a cloud service.',
  url_rewrite_program: 'A helper that may rewrite or redirect each URL. Its replies are unknown to Lintel.',
  url_rewrite_access: 'Which requests are sent to the URL rewriter.',
  adaptation_access: 'Which requests or replies are sent to an ICAP or eCAP service, which may change or deny them.',
  icap_service: 'An ICAP service: name, point of use, address.',
  reply_body_max_size: 'The largest reply that is delivered, per acl.',
  tcp_outgoing_address: 'The local address from which squid connects to servers, per acl.',
  client_dst_passthru: 'Whether intercepted requests are sent to the destination address of the client.',
  host_verify_strict:
    'Whether intercepted requests whose Host header does not match the destination address are denied.',
  dns_nameservers: 'The DNS servers that squid queries, instead of those of the system.',
  dns_timeout: 'How long squid waits for a DNS reply before it treats the host as unreachable.',
  dns_retransmit_interval: 'How long squid waits before it repeats a query.',
  dns_defnames: 'Whether the search domains of the system are tried for names without dot.',
  dns_packet_max: 'The largest DNS reply over UDP that squid announces to accept.',
  dns_multicast_local: 'Whether names below `.local` are looked up by multicast.',
  append_domain: 'The domain, with a leading dot, that is added to host names without dot.',
  hosts_file: 'A file of host names that is used before DNS.',
  positive_dns_ttl: 'How long squid caches DNS replies at most.',
  negative_dns_ttl: 'How long squid caches negative DNS replies.',
  ignore_unknown_nameservers: 'Whether replies from addresses that were not queried are ignored.',
  cache: 'Decides which requests are served from the cache and stored in it.',
  include: 'Reads other files here, up to 16 levels deep. Patterns with `*` are allowed.',
  if: 'Reads the lines up to `else` or `endif` only if the condition is true: `true`, `false`, or a comparison of two integers.',
  else: 'Reads the lines up to `endif` only if the condition of the `if` is false.',
  endif: 'Ends an `if`.',
  configuration_includes_quoted_values: 'Whether quotes in the lines after it group words, instead of naming files.',
};

/** The first version of squid that has a directive, or that has it no more. */
export interface VersionRange {
  readonly since?: number;
  readonly removed?: number;
}

/** Directives that only some of the supported versions have (the release notes of squid, "Changes to squid.conf"). */
export const VERSIONS: Readonly<Record<string, VersionRange>> = {
  cache_log_message: { since: 6 },
  paranoid_hit_validation: { since: 6 },
  tls_key_log: { since: 6 },
  announce_file: { removed: 6 },
  announce_host: { removed: 6 },
  announce_period: { removed: 6 },
  announce_port: { removed: 6 },
  request_entities: { removed: 6 },
  esi_parser: { removed: 7 },
  ident_lookup_access: { removed: 7 },
  ident_timeout: { removed: 7 },
  mcast_miss_addr: { removed: 7 },
  mcast_miss_encode_key: { removed: 7 },
  mcast_miss_port: { removed: 7 },
  mcast_miss_ttl: { removed: 7 },
};

/** Types of acls of which the same holds. */
export const TYPE_VERSIONS: Readonly<Record<string, VersionRange>> = {
  ident: { removed: 7 },
  ident_regex: { removed: 7 },
};

export function versionSummary(range: VersionRange | undefined): string | undefined {
  if (range?.since !== undefined) return `Since squid ${range.since}.`;
  return range?.removed === undefined ? undefined : `Removed in squid ${range.removed}.`;
}
