package config

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// Setting is one flag that also has a variable, and what it is.
type Setting struct {
	Flag     string `json:"flag"`
	Variable string `json:"variable"`
	// Value is what is in force, with what is secret hidden; empty where nothing is.
	Value  string `json:"value"`
	Source Source `json:"source"`
	// File is where a file was named for the value.
	File string `json:"file,omitempty"`
}

// Source is where a value comes from.
type Source string

// Where values come from.
const (
	FromFlag        Source = "flag"
	FromEnvironment Source = "environment"
	FromFile        Source = "file"
	FromDefault     Source = "default"
	NotSet          Source = "not set"
)

// What of a flag's value may be shown: all, an address but for its password, or nothing.
// The tag secret:"all", "part" or "no" of the flag's field says it.
type secret int

const (
	open secret = iota
	part
	all
)

// mayBeSecret are the names of flags that must have the tag.
var mayBeSecret = regexp.MustCompile(`(password|secret|token|key|url|dsn|user|credentials?|pass)$`)

// Classified tells whether it is known what of a flag's value is secret.
func Classified(f *kong.Flag) bool {
	switch f.Tag.Get("secret") {
	case "all", "part", "no":
		return true
	}
	return !mayBeSecret.MatchString(f.Name) && !f.Tag.Has("secret")
}

// Secret tells whether some of a flag's value may be secret.
func Secret(f *kong.Flag) bool { return secrecy(f) != open }

func secrecy(f *kong.Flag) secret {
	switch {
	case f.Tag.Get("secret") == "part":
		return part
	case f.Tag.Get("secret") == "all" || !Classified(f):
		return all
	}
	return open
}

// shownText is a value as it may be seen.
func shownText(f *kong.Flag, value string) string {
	switch s := secrecy(f); {
	case value == "":
		return ""
	case s == open && f.IsSlice():
		return strings.Join(itemsOf(value), ",")
	case s == open:
		return value
	case s == part:
		return Mask(value)
	}
	return Hidden
}

// Settings lists what is in force for the command that ctx has parsed, in the order of
// its help, and behind that what other commands alone have.
func (r *Reader) Settings(ctx *kong.Context) []Setting {
	var list []Setting
	seen, given, parsed := map[string]bool{}, map[*kong.Flag]bool{}, map[*kong.Flag]bool{}
	add := func(f *kong.Flag) {
		if len(f.Envs) == 0 || seen[f.Envs[0]] {
			return
		}
		seen[f.Envs[0]] = true
		s := Setting{Flag: f.Name, Variable: f.Envs[0], Source: NotSet}
		if !parsed[f] {
			_, _ = r.Resolve(ctx, nil, f)
		}
		from, found := r.from[f]
		switch {
		case given[f]:
			s.Source, s.Value = FromFlag, shownText(f, textOf(ctx.FlagValue(f)))
		case found:
			s.Source, s.File, s.Value = FromEnvironment, from.file, shownText(f, from.text)
			if s.Variable = from.variable; from.file != "" {
				s.Source = FromFile
			}
		case f.HasDefault:
			s.Source, s.Value = FromDefault, f.Default
		}
		list = append(list, s)
	}
	for _, p := range ctx.Path {
		if p.Flag != nil && !p.Resolved {
			given[p.Flag] = true
		}
		for _, f := range p.Flags {
			parsed[f] = true
		}
	}
	for _, p := range ctx.Path {
		for _, f := range p.Flags {
			add(f)
		}
	}
	for f := range flags(r.root) {
		add(f)
	}
	return list
}

// textOf writes a value as one would give it.
func textOf(value any) string {
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	if items, ok := v.Interface().([]string); ok {
		return strings.Join(items, ",")
	}
	return fmt.Sprint(v.Interface())
}
