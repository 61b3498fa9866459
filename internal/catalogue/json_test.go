package catalogue

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

// Every shape that was ever written is read for ever.
func TestFormatOne(t *testing.T) {
	const old = `{"title":"A","organisation":"aarhus","needs_restrictions":true,"findings":[
		{"target_groups":["angst"],"effect":"positive","voice":"leader","text":"Godt."},{"target_groups":["angst"],"effect":"negative","text":"Skidt."}]}`
	var p Practice
	if err := json.Unmarshal([]byte(old), &p); err != nil {
		t.Fatal(err)
	}
	if p.Use != UseWithRestrictions || !slices.Equal(p.Findings[0].Voices, VoiceList{"leader"}) || p.Findings[1].Voices != nil {
		t.Errorf("%+v", p)
	}
	for _, c := range []struct {
		line string
		use  Use
		said []string
	}{
		{old, UseWithRestrictions, []string{"use", "findings[1].voice"}},
		{`{"title":"A","organisation":"aarhus"}`, "", []string{"use"}},
		{`{"title":"A","organisation":"aarhus","needs_restrictions":false}`, "", []string{"use"}},
		{`{"title":"A","organisation":"aarhus","use":"now","findings":[{"voice":""}]}`, UseNow, nil},
		{`{"format":2,"title":"A","organisation":"aarhus","findings":[{"voice":["leader","study"]}],"verdicts":[{"voice":"","effect":"none","findings":1}]}`, "", nil},
	} {
		p, said, err := ReadRecord([]byte(c.line))
		if err != nil {
			t.Fatal(err)
		}
		var paths []string
		for _, x := range said {
			paths = append(paths, x.Path)
			if !strings.HasSuffix(x.String(), ".") {
				t.Errorf("%q", x)
			}
		}
		if p.Use != c.use || !slices.Equal(paths, c.said) {
			t.Errorf("%s: use %q, converted %v", c.line, p.Use, said)
		}
	}
	for _, line := range []string{`{"title":"A","findings":[{"text":"x","conditon":"y"}]}`, `{"titel":"A"}`, `{"title":"A","findings":[{"voice":7}]}`, `null x`} {
		if _, _, err := ReadRecord([]byte(line)); err == nil {
			t.Errorf("%s is read", line)
		}
	}
	for _, line := range []string{`{"format":3,"title":"A"}`, `{"format":0,"title":"A"}`, `{"format":-5,"title":"A"}`, `{"title":"A"} {"title":"B"}`, `{"title":"A","title":"B"}`,
		`{"title":"A","findings":[{"voice":"citizen"}],"findings":[{"effect":"negative"}]}`, `{"title":"A","use":"now","needs_restrictions":true}`, `{"title":"A","format":2,"needs_restrictions":true}`,
		`{"title":"A","target_groups":[{"slug":"angst","hest":1}]}`, `{"title":"A","partners":[{"name":"Aarhus","extra":"x"}]}`, `{"title":"A","findings":[{"solutions":[{"zz":"x"}]}]}`} {
		if _, _, err := ReadRecord([]byte(line)); err == nil || !strings.HasSuffix(err.Error(), ".") {
			t.Errorf("%s: %v", line, err)
		} else if _, ok := errors.AsType[RecordError](err); !ok {
			t.Errorf("%s: %T", line, err)
		}
	}
	// What is derived, and what names no format, is taken.
	if _, _, err := ReadRecord([]byte(`{"format":null,"title":"A","verdicts":[{"voice":"leader"}],"links":[{"label":"x","url":"y"}]}`)); err != nil {
		t.Error(err)
	}
}

// What comes out goes in again, and says the same.
func TestRecordComesBack(t *testing.T) {
	p := full()[0].practice
	p.Findings[0].Effect, p.Findings[0].Voices = EffectPositive, VoiceList{"citizen", "leader"}
	b, err := json.Marshal(p.Record())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(b), `{"format":2,`) || !strings.Contains(string(b), `"verdicts":[{"voice":"citizen","effect":"positive","findings":1},{"voice":"leader"`) {
		t.Errorf("%s", b)
	}
	back, said, err := ReadRecord(b)
	if err != nil || len(said) > 0 {
		t.Fatal(said, err)
	}
	if back.ContentHash() != p.ContentHash() {
		t.Errorf("came back otherwise: %s", b)
	}
}

// A record of format 1 has the hash that it had, so that nothing is revised for
// the new format's sake.
func TestContentHashOfFormatOne(t *testing.T) {
	var p Practice
	if err := json.Unmarshal([]byte(`{"title":"Vejle gik ture","organisation":{"slug":"vejle"},"needs_restrictions":true,"findings":[{"key":"e1","target_groups":["angst"],"effect":"positive","voice":"leader","text":"Det sagde \"voice\":[\"x\"]."}]}`), &p); err != nil {
		t.Fatal(err)
	}
	const want = "911d51962b9cbc48bb170ca203e03a72649f719e201e0035d8d3181e4937c252"
	if got := p.ContentHash(); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}
