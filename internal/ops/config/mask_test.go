package config

import (
	"strings"
	"testing"
)

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"":                                       "",
		"postgres://praksis@db:5432/praksis":     "postgres://praksis@db:5432/praksis",
		"postgres://praksis:S3cret@db/praksis":   "postgres://praksis:xxxxx@db/praksis",
		"postgresql://:S3cret@db/praksis":        "postgresql://:xxxxx@db/praksis",
		"postgres://u:S3%2Fcret@db/p?sslmode=a":  "postgres://u:xxxxx@db/p?sslmode=a",
		"postgres://u:S3cret@a:1,b:2/p":          "postgres://u:xxxxx@a:1,b:2/p",
		"postgres://db/p?user=u&password=S3cret": "postgres://db/p?user=u&password=xxxxx",
		"postgres://db/p?%70assword=S3cret&x=1":  "postgres://db/p?%70assword=xxxxx&x=1",
		"postgres://db/p?sslpassword=S3cret":     "postgres://db/p?sslpassword=xxxxx",
		"postgres://db/p?x=1;password=S3cret":    "postgres://db/p?x=xxxxx",
		"postgres://db/p?scram_client_key=S3":    "postgres://db/p?scram_client_key=xxxxx",
		"postgres://db/p?sslkey=/etc/key.pem":    "postgres://db/p?sslkey=/etc/key.pem",
		"https://praksis.example.dk":             "https://praksis.example.dk",
		"https://u:S3cret@praksis.example.dk/x":  "https://u:xxxxx@praksis.example.dk/x",
		// A sign that should have been escaped: what is the password is not known.
		"postgres://u:12#S3cret@db/p":  Hidden,
		"postgres://u:12?S3cret@db/p":  Hidden,
		"postgres://u:12/S3cret@db/p":  Hidden,
		"postgres://u:S3 cret@db/p":    Hidden,
		"postgres://u:S3%cret@db/p":    Hidden,
		"postgres:///p?host=a@S3cret":  Hidden,
		"postgres:u:S3cret@db":         Hidden,
		"postgres://db/p;password=S3":  Hidden,
		"S3cret":                       Hidden,
		"host=db user=u dbname=p":      "host=db user=u dbname=p",
		"host=db password=S3cret":      "host=db password=xxxxx",
		" password = 'S3 \\'cret' a=b": "password=xxxxx a=b",
		"password=S3\\ cret host=db":   "password=xxxxx host=db",
		"host=db PASSWORD=S3cret":      "host=db PASSWORD=xxxxx",
		"host=db sslpassword=S3cret":   "host=db sslpassword=xxxxx",
		"password=S3 cret host=db":     Hidden,
		"password='S3cret host=db":     Hidden,
		"password= host=db":            "password=xxxxx", // a value, as libpq has it
		"password=a'S3cret'":           "password=xxxxx",
		"password=a\tuser=b\npwd=c":    "password=xxxxx user=b pwd=xxxxx",
	} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}

// Whatever stands in the place of a password, none of it is shown.
func FuzzMask(f *testing.F) {
	for _, s := range []string{"x", "a b", "#", "?", "/", "@", "'", `\`, "%", "a=b", ";", "&", ":", "\n", "æ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sign string) {
		if strings.Contains(sign, "=") {
			return // a further setting
		}
		const start, end = "QSECRETQ", "ZSECRETZ" // no part of anything else
		secret := start + sign + end
		for _, s := range []string{
			"postgres://u:" + secret + "@db/p", "postgres://db/p?user=u&password=" + secret,
			"host=db password=" + secret, "host=db password=" + secret + " user=u", "password='" + secret + "' host=db",
		} {
			if got := Mask(s); strings.Contains(got, start) || strings.Contains(got, end) {
				t.Errorf("Mask(%q) = %q", s, got)
			}
		}
	})
}
