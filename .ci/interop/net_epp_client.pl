#!/usr/bin/perl
# An independent EPP client (Net::EPP) against the sandbox: log in, check, create, info, renew, delete, hello, log out.
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
my $name = 'net-epp.example';

ok('check of a free name', $epp->check_domain($name) == 1);
ok('check of a registered name', $epp->check_domain('taken.example') == 0);
ok('create of a contact', $epp->create_contact({
    id => 'net-epp', email => 'a@net-epp.example', voice => '+46.812345678', fax => '', authInfo => 'Sandbox-1234',
    postalInfo => { int => {
        name => 'A Person', org => 'Org', addr => { street => ['Street 1'], city => 'City', sp => 'SP', pc => '11122', cc => 'SE' },
    } },
}));
ok('create', $epp->create_domain({
    name => $name, period => 1, registrant => 'net-epp', contacts => { admin => 'net-epp', tech => 'net-epp' },
    authInfo => 'Sandbox-1234',
}));
ok('check of the created name', $epp->check_domain($name) == 0);
my $info = $epp->domain_info($name);
ok('info', ref($info) eq 'HASH' && $info->{clID} eq 'registrar-b' && $info->{registrant} eq 'net-epp');
ok('renew', $epp->renew_domain({ name => $name, cur_exp_date => substr($info->{exDate}, 0, 10), period => 1 }));
ok('info after the renewal', $epp->domain_info($name)->{exDate} gt $info->{exDate});
ok('delete', $epp->delete_domain($name));
ok('hello', $epp->ping);
ok('logout', $epp->logout);
print "Net::EPP: ok\n";
