# Opens the Windows Firewall of the front-end servers of Skype for Business Server.

$FrontEndPorts = 444, 5061, 5062, 5065, 5067, 5068, 5069, 5070, 5071, 5072, 5073, 5075, 5076, 5080

New-NetFirewallRule -DisplayName 'SfB web services' -Direction Inbound -Protocol TCP -LocalPort 80, 443, 8080, 4443 -Action Allow
New-NetFirewallRule -DisplayName 'SfB signalling' -Direction Inbound -Protocol TCP -LocalPort $FrontEndPorts -Action Allow
New-NetFirewallRule -DisplayName 'SfB TCP 49152-65535 media' -Direction Inbound -Protocol UDP -LocalPort 49152-65535 -Action Allow
New-NetFirewallRule -DisplayName 'No SIP without TLS' -Direction Inbound -Protocol TCP -LocalPort 5060-5065 -Action Block
