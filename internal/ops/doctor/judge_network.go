package doctor

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// answer is what /readyz of an instance says.
type answer struct {
	Address   string // that was asked
	Status    int
	Lines     []string // after the first
	Build     string   // empty: it is no instance of this program, or an older one
	Catalogue string   // a mark of the database's identity
	Version   int64    // that the index has reached
	Client    string   // the address that the request was counted for
	Local     netip.Addr
	HSTS      string
	Server    string // a proxy's name for itself
	Location  string
	Date      time.Time
	Asked     time.Time // the middle between asking and being answered
	Ours      bool      // the words are those of this program
}

// line is what the answer says of a check of its own; empty where it says nothing.
func (a answer) line(name string) string {
	for _, l := range a.Lines {
		if about, what, ok := strings.Cut(l, ": "); ok && about == name {
			return what
		}
	}
	return ""
}

// ailing are the lines that are not ok.
func (a answer) ailing() []string {
	var list []string
	for _, l := range a.Lines {
		if l != "" && !strings.HasSuffix(l, ": ok") {
			list = append(list, l)
		}
	}
	return list
}

func judgeInstance(a answer, err error, build string) Finding {
	switch {
	case err != nil:
		return fault(fmt.Sprintf("nothing answers at %s: %s", a.Address, oneLine(err)), "start praksis serve; if it runs, give its address in PRAKSIS_ADDR")
	case !a.Ours:
		return fault(fmt.Sprintf("another program answers at %s", a.Address), "give the address of praksis serve in PRAKSIS_ADDR, or end the other program")
	case a.Status != 200:
		return fault("it is not ready: "+strings.Join(a.ailing(), "; "), "wait while it starts; else see the checks of the same names here, and its log")
	case len(a.ailing()) > 0:
		return warning("it serves, but "+strings.Join(a.ailing(), "; "), "see the checks of the same names here, and its log")
	case a.Build != "" && a.Build != build:
		return warning(fmt.Sprintf("it is another build (%s) than this command (%s)", a.Build, build), "restart praksis serve, or run the doctor of its build")
	}
	return good("it is ready at %s, and of this build", a.Address)
}

// judgePublic judges what the public address answers. mark is that of the database's
// catalogue; empty where it is not known.
func judgePublic(s Settings, a answer, err error, mark string) Finding {
	const mend = "see that the name leads to the proxy, and the proxy to PRAKSIS_ADDR; else mend PRAKSIS_PUBLIC_URL"
	https := strings.HasPrefix(s.PublicURL, "https://")
	switch {
	case s.PublicURL == "" && s.Local:
		return good("none: only this machine reaches the catalogue")
	case s.PublicURL == "":
		return warning("others reach the catalogue, and no public address is set", "give the address that visitors use in PRAKSIS_PUBLIC_URL")
	case !https && !s.Local:
		return fault(s.PublicURL+" is not https: passwords and what people send go in clear", "put a proxy with TLS before it (docs/operation/nginx.conf), and give https:// in PRAKSIS_PUBLIC_URL")
	case err != nil:
		return warning(fmt.Sprintf("%s does not answer this machine: %s", s.PublicURL, oneLine(err)), "try it from another machine; if it fails there too: "+mend)
	case a.Status/100 == 3:
		return fault(fmt.Sprintf("%s leads elsewhere, to %s", s.PublicURL, a.Location), "give the address that visitors end at in PRAKSIS_PUBLIC_URL")
	case !a.Ours && a.Status >= 500:
		return fault(fmt.Sprintf("%s answers %d, by the proxy", s.PublicURL, a.Status), "see the check instance; "+mend)
	case !a.Ours:
		return fault(fmt.Sprintf("%s answers %d, and is not this program", s.PublicURL, a.Status), mend)
	case a.Status != 200:
		return fault(fmt.Sprintf("%s is not ready: %s", s.PublicURL, strings.Join(a.ailing(), "; ")), "see the checks of the same names here")
	case a.Catalogue != "" && mark != "" && a.Catalogue != mark:
		return fault(s.PublicURL+" shows another catalogue than the database has", "see that the instances behind it have the same DATABASE_URL as this command")
	case https && !strings.Contains(a.HSTS, "max-age="):
		return warning(s.PublicURL+" does not tell browsers to stay with https", "let the proxy pass Strict-Transport-Security through, and give praksis serve the same PRAKSIS_PUBLIC_URL")
	case a.Build != "" && a.Build != s.Build:
		return warning(fmt.Sprintf("%s is served by another build (%s) than this command (%s)", s.PublicURL, a.Build, s.Build), "restart the instances behind it with this release")
	}
	return good("%s answers and shows this catalogue", s.PublicURL)
}

// Limits of how long a certificate must still hold.
const (
	certificateSoon = 14 * 24 * time.Hour
	certificateNow  = 3 * 24 * time.Hour
)

// judgeCertificate judges what a server shows of itself, its own certificate first.
func judgeCertificate(chain []*x509.Certificate, host string, now time.Time, roots *x509.CertPool) Finding {
	const renew = "renew it (certbot renew), and reload the proxy"
	if len(chain) == 0 {
		return fault(host+" shows no certificate", renew)
	}
	own := chain[0]
	day := own.NotAfter.UTC().Format("2 January 2006")
	left := own.NotAfter.Sub(now)
	switch {
	case left < 0:
		return fault(fmt.Sprintf("the certificate of %s expired on %s", host, day), renew)
	case now.Before(own.NotBefore):
		return fault(fmt.Sprintf("the certificate of %s holds only from %s on", host, own.NotBefore.UTC().Format("2 January 2006")), "see the check clock; else "+renew)
	case own.VerifyHostname(host) != nil:
		return fault(fmt.Sprintf("the certificate is not for %s, but for %s", host, some(own.DNSNames)), "get one for that name, or mend PRAKSIS_PUBLIC_URL")
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := own.Verify(x509.VerifyOptions{Intermediates: between, Roots: roots, CurrentTime: now})
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return fault(fmt.Sprintf("a certificate between that of %s and its root has expired", host), "give the proxy the whole new chain (fullchain.pem)")
	}
	switch {
	case err != nil && len(chain) == 1:
		return fault(fmt.Sprintf("the certificate of %s leads to nobody whom this machine trusts, and no other comes with it", host), "give the proxy the whole chain (fullchain.pem)")
	case err != nil:
		return fault(fmt.Sprintf("the certificate of %s leads to nobody whom this machine trusts", host), "get one of a public authority, or add your own to the machine's (update-ca-certificates)")
	case left < certificateNow:
		return fault(fmt.Sprintf("the certificate of %s expires on %s, in %s", host, day, span(left)), renew)
	case left < certificateSoon:
		return warning(fmt.Sprintf("the certificate of %s expires on %s, in %s", host, day, span(left)), renew)
	}
	return good("that of %s holds until %s, and its chain is whole", host, day)
}

// forged is an address of nobody (RFC 5737), which a request says it comes from.
const forged = "192.0.2.77"

// judgeProxies judges whom a request through the public address was counted for.
func judgeProxies(s Settings, a answer, err error) Finding {
	public := s.PublicURL != "" && !s.Local
	switch {
	case !public && s.Proxies > 0:
		return warning(fmt.Sprintf("%d are trusted, and no public address is set: whoever reaches the port chooses the address that limits count by", s.Proxies), "give PRAKSIS_PUBLIC_URL, or PRAKSIS_TRUSTED_PROXIES=0")
	case !public:
		return good("none, and none are trusted")
	case s.Proxies == 0 && strings.HasPrefix(s.PublicURL, "https://"):
		return fault("none are trusted, and the public address is https, which a proxy must speak for this program: all visitors would count as one", "PRAKSIS_TRUSTED_PROXIES=1 (or how many there are), and X-Forwarded-For written by each")
	case err != nil || a.Client == "":
		return unseen("the public address does not tell whom it counts a request for")
	}
	client, bad := netip.ParseAddr(a.Client)
	switch {
	case a.Client == forged:
		return fault(fmt.Sprintf("%d are trusted, and a visitor can choose the address that limits count by", s.Proxies), "lower PRAKSIS_TRUSTED_PROXIES to the number of proxies; each must add to X-Forwarded-For ($proxy_add_x_forwarded_for), not pass it on")
	case bad == nil && client.IsLoopback() && a.Local.IsValid() && !a.Local.IsLoopback():
		return fault(fmt.Sprintf("%d are trusted, and a request was counted for the proxy's own address: all visitors would count as one", s.Proxies), "raise PRAKSIS_TRUSTED_PROXIES to the number of proxies, and have each add to X-Forwarded-For")
	}
	return good("%d trusted; a request from here counts for %s", s.Proxies, a.Client)
}

func judgeMail(s Settings) Finding {
	switch {
	case s.MailFault != nil:
		return fault(oneLine(s.MailFault), "mend PRAKSIS_SMTP_… and PRAKSIS_MAIL_FROM")
	case s.Mail == nil && s.Local:
		return good("no mail server: mails land in the data folder, for this machine alone")
	case s.Mail == nil:
		return fault("no mail server is set: mails wait, and are given up after a week", "PRAKSIS_SMTP_HOST and PRAKSIS_MAIL_FROM")
	}
	return good("the settings are complete (%s)", s.MailHost)
}

// mailSeen is what came of asking the mail server.
type mailSeen struct {
	Encrypted bool
	Chain     []*x509.Certificate
	Took      time.Duration
	Err       error
}

func judgeMailServer(m mailSeen, host string, now time.Time) Finding {
	if m.Err != nil {
		return fault(oneLine(m.Err), "see that PRAKSIS_SMTP_HOST, _PORT, _TLS, _USER and _PASSWORD are the mail server's, and that no firewall stands between")
	}
	if len(m.Chain) > 0 {
		if left := m.Chain[0].NotAfter.Sub(now); left < certificateSoon {
			return warning(fmt.Sprintf("%s takes mails, and its certificate expires in %s", host, span(left)), "tell whoever runs the mail server")
		}
		return good("%s takes mails, with TLS; its certificate holds until %s", host, m.Chain[0].NotAfter.UTC().Format("2 January 2006"))
	}
	return good("%s takes mails, without TLS", host)
}

// providerSeen is what the provider of sign-ins says of itself.
type providerSeen struct {
	Issuer  string // that it gives itself
	KeysURL string
	Keys    int // that can sign
	Date    time.Time
	Asked   time.Time
	Missing []string // endpoints that it does not name
}

func judgeProvider(s Settings, p providerSeen, err error) Finding {
	switch {
	case s.Issuer == "":
		return good("none is set: accounts here alone")
	case err != nil:
		return fault(oneLine(err), "see that PRAKSIS_OIDC_ISSUER is right, and that this machine reaches it (its /.well-known/openid-configuration)")
	case p.Issuer != s.Issuer:
		return fault(fmt.Sprintf("the provider calls itself %q, and the setting says %q: nobody can sign in", p.Issuer, s.Issuer), "PRAKSIS_OIDC_ISSUER="+p.Issuer)
	case len(p.Missing) > 0:
		return fault("the provider does not say where to "+strings.Join(p.Missing, ", "), "ask whoever runs the provider")
	case p.Keys == 0:
		return fault("the provider shows no key that signs", "ask whoever runs the provider")
	}
	return good("%s answers as itself, with %s", s.Issuer, count(p.Keys, "key"))
}
