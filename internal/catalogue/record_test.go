package catalogue

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// jsonPaths are the paths of a type's JSON, lists included. References and
// instants are single values to the record.
func jsonPaths(t reflect.Type, path string) (out []string) {
	switch {
	case t.Kind() == reflect.Pointer:
		return jsonPaths(t.Elem(), path)
	case t == reflect.TypeFor[[]TermRef](), t == reflect.TypeFor[VoiceList](), t == reflect.TypeFor[OrganisationRef](), t == reflect.TypeFor[time.Time]():
		return []string{path}
	case t.Kind() == reflect.Slice:
		return append([]string{path}, jsonPaths(t.Elem(), path+"[]")...)
	case t.Kind() != reflect.Struct:
		return []string{path}
	}
	if strings.HasSuffix(path, "[]") || path == "" || path == "answers" {
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if path != "" {
				name = path + "." + name
			}
			out = append(out, jsonPaths(t.Field(i).Type, name)...)
		}
		return out
	}
	return []string{path}
}

func allFields() (out []*Field) {
	for _, f := range Fields {
		out = append(append(out, f), f.Fields...)
	}
	return out
}

func TestEveryPathHasOneField(t *testing.T) {
	want := jsonPaths(reflect.TypeFor[Practice](), "")
	var have []string
	for _, f := range allFields() {
		have = append(have, f.Path)
	}
	slices.Sort(want)
	slices.Sort(have)
	if !slices.Equal(want, have) {
		t.Errorf("the record's paths and the table's differ:\n%s\n%s", strings.Join(want, " "), strings.Join(have, " "))
	}
	if len(want) < 50 {
		t.Errorf("only %d paths", len(want))
	}
}

// A field says all that is needed of its kind, and reaches its own place in
// the record and no other.
func TestFieldsAreWhole(t *testing.T) {
	for _, f := range allFields() {
		if f.Label == "" || f.Doc == "" && f.list == nil {
			t.Errorf("%s: no label or no documentation", f.Path)
		}
		if (f.Kind == FieldLine || f.Kind == FieldProse || f.Kind == FieldURL) && f.Content && f.Limit == 0 {
			t.Errorf("%s: no limit", f.Path)
		}
		if f.Kind == FieldTerms && (f.Vocabulary == "" || f.Limit == 0) {
			t.Errorf("%s: no vocabulary or no limit", f.Path)
		}
		if f.list == nil && f.Asked != FormNone && f.Section == nil {
			t.Errorf("%s: asked in no section", f.Path)
		}
		if f.Kind == FieldRows && (f.One == "" || f.Limit == 0 || len(f.Fields) == 0) {
			t.Errorf("%s: a list without rows", f.Path)
		}
		if FieldAt(strings.Replace(f.Path, "[]", "[7]", 1)) != f {
			t.Errorf("%s is not found by the path of a value", f.Path)
		}
	}
	for _, v := range full() {
		var p Practice
		for _, f := range Fields {
			if f.Kind == FieldRows {
				f.AddRow(&p)
			}
		}
		w := Value{v.Field, &p, 0}
		fill(w)
		for other := range p.Values() {
			if !other.Empty() && other.Path() != w.Path() {
				t.Errorf("filling %s fills %s", w.Path(), other.Path())
			}
		}
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var back Practice
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if got := (Value{v.Field, &back, 0}); got.String() != w.String() || got.Empty() {
			t.Errorf("%s: %q came back from %s as %q", w.Path(), w, b, got)
		}
		w.Clear()
		if !w.Empty() {
			t.Errorf("%s is not cleared", w.Path())
		}
	}
}

// What no form asks at the top of a record is metadata, and a record is without it
// once it is cleared.
func TestMetadataFields(t *testing.T) {
	for _, f := range Fields {
		if (f.Meta != MetaNone) != (f.Asked == FormNone) {
			t.Errorf("%s: metadata %d, asked %d", f.Path, f.Meta, f.Asked)
		}
	}
	for _, from := range []Meta{MetaExported, MetaKept} {
		var p Practice
		for _, f := range Fields {
			if f.Kind != FieldRows {
				fill(f.Of(&p))
			}
		}
		p.ClearMeta(from)
		for _, f := range Fields {
			if cleared := f.Meta >= from; f.Kind != FieldRows && f.Of(&p).Empty() != cleared {
				t.Errorf("from %d: %s is %q", from, f.Path, f.Of(&p))
			}
		}
	}
}

// fill gives a value something to say.
func fill(v Value) {
	switch v.Kind {
	case FieldTerms:
		*v.Terms() = Refs("a", "b")
	case FieldOrganisation:
		*v.Organisation() = OrganisationRef{Slug: "aarhus", Name: "Aarhus Kommune"}
	case FieldVoices:
		*v.Voices() = VoiceList{"citizen", "leader"}
	case FieldFlag:
		*v.Flag() = true
	case FieldNumber:
		*v.Number() = 3
	case FieldInstant:
		now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
		*v.instant(v.practice, 0) = &now
	default:
		*v.Text() = "noget"
	}
}

// full are the values of a record with everything filled.
func full() []Value {
	var p Practice
	for _, f := range Fields {
		if f.Kind == FieldRows {
			f.AddRow(&p)
		}
	}
	var out []Value
	for v := range p.Values() {
		fill(v)
		out = append(out, v)
	}
	return out
}

func TestClone(t *testing.T) {
	values := full()
	p := values[0].practice
	before, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	c := p.Clone()
	for v := range c.Values() {
		if refs := v.Terms(); refs != nil {
			(*refs)[0].Slug = "andet"
		} else if list := v.Voices(); list != nil {
			(*list)[0] = "study"
		} else if v.instant != nil {
			**v.instant(&c, v.row) = time.Time{}
		} else {
			v.Clear()
		}
	}
	after, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Errorf("the copy shares something:\n%s\n%s", before, after)
	}
}

// Taken field by field a record is the other, and shares nothing with it.
func TestTake(t *testing.T) {
	from := full()[0].practice
	want, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	var p Practice
	for _, f := range Fields {
		f.Take(&p, from)
	}
	got, err := json.Marshal(&p)
	if err != nil || string(got) != string(want) {
		t.Errorf("%s\nis not\n%s, %v", got, want, err)
	}
	p.Findings[0].TargetGroups[0].Slug = "andet"
	if again, err := json.Marshal(from); err != nil || string(again) != string(want) {
		t.Errorf("they share something: %s, %v", again, err)
	}
}

// Each field of content alone changes the hash, and is the one difference.
func TestEachFieldChangesHashAndDifference(t *testing.T) {
	for _, v := range full() {
		before := v.practice.Clone()
		hash := before.ContentHash()
		after := before.Clone()
		w := Value{v.Field, &after, 0}
		switch w.Kind {
		case FieldTerms:
			*w.Terms() = Refs("c")
		case FieldOrganisation:
			w.Organisation().Slug = "viborg"
		case FieldVoices:
			*w.Voices() = VoiceList{"leader"}
		case FieldFlag:
			*w.Flag() = false
		case FieldNumber:
			*w.Number() = 4
		case FieldInstant:
			*w.instant(&after, w.row) = nil
		default:
			*w.Text() = "andet"
		}
		changed := after.ContentHash() != hash
		if changed != v.Content {
			t.Errorf("%s: content %v, hash changed %v", v.Path(), v.Content, changed)
		}
		d := Differences(&before, &after)
		switch {
		case !v.Content && len(d) != 0:
			t.Errorf("%s is no content and differs: %v", v.Path(), d)
		case v.Field.Path == "findings[].key": // another finding
		case v.Content && (len(d) != 1 || d[0].Path != v.Path() || d[0].Before != v.String() || d[0].After != w.String()):
			t.Errorf("%s: differences %v", v.Path(), d)
		}
	}
}

func TestDifferencesOfRows(t *testing.T) {
	a := Practice{Findings: []Finding{{Key: "e1", Text: "en"}, {Key: "e2", Text: "to"}}}
	b := Practice{Findings: []Finding{{Key: "e2", Text: "to"}, {Key: "e3", Text: "tre"}}, LegalBasis: []string{"§ 85"}}
	got := map[string]string{}
	for _, d := range Differences(&a, &b) {
		got[d.Path] = d.Before + " → " + d.After
	}
	want := map[string]string{"findings[2].text": " → tre", "findings[2].key": " → e3", "findings[1].text": "en → ", "findings[1].key": "e1 → ", "legal_basis[1]": " → § 85"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Rows without keys are held against each other by what they say: one that goes
// is not told as a change of all that follow.
func TestDifferencesOfTypedRows(t *testing.T) {
	a := Practice{Findings: []Finding{{Text: "en"}, {Text: "to"}, {Text: "tre"}}, Sources: []Source{{Document: "A"}, {Document: "B"}}}
	b := Practice{Findings: []Finding{{Text: "to"}, {Text: "tre"}}, Sources: []Source{{Document: "B"}, {Document: "C"}, {Document: "A"}}}
	got := map[string]string{}
	for _, d := range Differences(&a, &b) {
		got[d.Path] = d.Before + " → " + d.After
	}
	if want := map[string]string{"findings[1].text": "en → ", "sources[2].document": " → C"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestReadDate(t *testing.T) {
	for in, want := range map[string]Date{"6. april 2020": "2020-04-06", "6 apr. 2020": "2020-04-06", "06-04-2020": "2020-04-06", "6/4 2020": "2020-04-06", "6.4.2020": "2020-04-06", "April 2020": "2020-04", "apr 2020": "2020-04",
		"foråret 2020": "2020-spring", "forår 2020": "2020-spring", "Sommeren 2021": "2021-summer", "efterår 2020": "2020-autumn", "vinter 2020": "2020-winter", "2020": "2020", "2020-04-06": "2020-04-06", "2020-spring": "2020-spring",
		"31. februar 2020": "31. februar 2020", "4 2020": "4 2020", "i går": "i går", "": "", "13-13-2020": "13-13-2020", "6. april 20": "6. april 20", "a b c d": "a b c d"} {
		if got := ReadDate(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if again := ReadDate(string(ReadDate(in))); again != ReadDate(in) {
			t.Errorf("%q is read in two ways", in)
		}
	}
	for _, d := range []Date{"2020-04-06", "2020-04", "2020-spring", "2020-winter", "2020"} {
		if got := ReadDate(d.Danish()); got != d {
			t.Errorf("%s in Danish is %q, which is read as %q", d, d.Danish(), got)
		}
	}
}

// What revisions of old hold is compared with the hash: it stays for ever.
func TestContentHashOfOld(t *testing.T) {
	p := Practice{Slug: "x", Kind: KindExample, Title: "Vejle gik ture", Organisation: OrganisationRef{Slug: "vejle", Name: "Vejle Kommune"}, TargetGroups: []TermRef{{Slug: "angst", Label: "Angst"}},
		Findings: []Finding{{Key: "e1", TargetGroups: Refs("angst"), Effect: EffectPositive, Text: "Det gik godt."}}, Sources: []Source{{Kind: "note", Document: "Notat", Date: "2020-04"}}}
	const want = "d79c9a11c049caade81afb316c5ff5190f46109ed50d274334da669f1132428e"
	if got := p.ContentHash(); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

func TestDropEmptyRows(t *testing.T) {
	p := Practice{Findings: []Finding{{Key: "e1"}, {Text: "en", Source: 3}, {Source: 1, Text: "to"}}, Sources: []Source{{Kind: "note"}, {Document: "x"}, {Document: "y"}},
		LegalBasis: []string{" ", "§ 85"}, Links: []Link{{}}, TargetGroups: Refs("", "angst"), Partners: []OrganisationRef{{}, {Name: "Vejle"}}}
	p.DropEmptyRows()
	if len(p.Findings) != 2 || p.Findings[0].Source != 2 || p.Findings[1].Source != 0 || len(p.Sources) != 2 || len(p.LegalBasis) != 1 || len(p.Links) != 0 || len(p.TargetGroups) != 1 || len(p.Partners) != 1 {
		t.Errorf("%+v", p)
	}
}

func TestKeepAsked(t *testing.T) {
	p := full()[0].practice
	p.KeepAsked(FormFull)
	if p.Slug != "" || p.State != "" || p.Solutions != nil || p.ReviewBy != "" || p.FirstPublished != nil || p.Findings[0].Key != "" {
		t.Errorf("kept what only the desk may say: %+v", p)
	}
	if p.Title == "" || len(p.Partners) != 1 || len(p.Periods) != 1 || len(p.Retention) != 1 {
		t.Errorf("dropped what a submitter may say: %+v", p)
	}
	p.KeepAsked(FormTip)
	if p.Title != "" || p.Organisation.Slug == "" {
		t.Errorf("a tip is %+v", p)
	}
}

// Fields that other rooms name by their path are there.
func TestNamedFields(t *testing.T) {
	for _, path := range []string{"organisation", "advice", "answers.done", "answers.next_time", "retention"} {
		if FieldAt(path) == nil {
			t.Errorf("no field %s", path)
		}
	}
}
