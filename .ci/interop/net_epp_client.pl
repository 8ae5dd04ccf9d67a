#!/usr/bin/perl
# An independent EPP client (Net::EPP) against the sandbox: log in, check, hello, log out.
# Usage: net_epp_client.pl HOST PORT PKI_FOLDER
use strict;
use warnings;
use Net::EPP::Simple;

my ($host, $port, $pki) = @ARGV;
my $epp = Net::EPP::Simple->new(
    host => $host, port => $port, user => 'registrar-b', pass => 'sandbox-password', timeout => 10,
    verify => 1, ca_file => "$pki/ca.pem", cert => "$pki/client.pem", key => "$pki/client.key",
) or die "login: $Net::EPP::Simple::Error";
sub ok { my ($what, $good) = @_; die "$what: $Net::EPP::Simple::Code $Net::EPP::Simple::Message" unless $good }

ok('check of a free name', $epp->check_domain('net-epp.example') == 1);
ok('check of a registered name', $epp->check_domain('taken.example') == 0);
ok('hello', $epp->ping);
ok('logout', $epp->logout);
print "Net::EPP: ok\n";
