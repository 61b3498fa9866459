package embedded

import "testing"

func TestWhatFailed(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ out, want string }{
		{"", ""},
		{"creating files ... ok\ninitdb: error: no space\ninitdb: removing data directory \"/d\"\n", "initdb: error: no space"},
		{"LOG:  starting\nFATAL:  lock file exists\nLOG:  gone\n", "FATAL:  lock file exists"},
		{"performing post-bootstrap ... sh: cannot open a file\nchild process exited with exit code 2\ninitdb: removing contents of data directory \"/d\"\n",
			"performing post-bootstrap ... sh: cannot open a file"},
	} {
		if got := whatFailed([]byte(x.out)); got != x.want {
			t.Errorf("whatFailed(%q) = %q, want %q", x.out, got, x.want)
		}
	}
}
