// Package config reads the settings of the program, tells where each comes from, and what
// is wrong with what was given. The settings are the flags of kong's model that have an
// environment variable: there is no second list of them.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// Reader gives kong the values of flags that are not on the command line: of environment
// variables, and for what may be secret of files that variables name. An empty variable,
// as files for containers give it, is not set; blanks around a value are taken off, and
// around the items of a list.
type Reader struct {
	vars      map[string]string
	spaced    []string // which had blanks around them
	elsewhere []string // which others read
	readFile  func(string) ([]byte, error)

	root   *kong.Node
	faults []string
	from   map[*kong.Flag]origin
}

// origin is what a value was read from.
type origin struct {
	variable string
	file     string // which the variable names; empty for none
	text     string
}

// fileSuffix ends the name of a variable that names the file with the value.
const fileSuffix = "_FILE"

// maxFile is what the file of a secret may have, in bytes.
const maxFile = 64 << 10

// NewReader reads from an environment, as [os.Environ] has it. elsewhere are variables
// that are no flags' and yet are read.
func NewReader(environ []string, elsewhere ...string) *Reader {
	r := &Reader{vars: map[string]string{}, elsewhere: elsewhere, readFile: readFile, from: map[*kong.Flag]origin{}}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		trimmed := strings.TrimSpace(value)
		if trimmed == "" {
			continue
		}
		if trimmed != value {
			r.spaced = append(r.spaced, name)
		}
		r.vars[name] = trimmed
	}
	slices.Sort(r.spaced)
	return r
}

// New makes kong's parser of a command line, whose settings come from r.
func (r *Reader) New(grammar any, options ...kong.Option) (*kong.Kong, error) {
	k, err := kong.New(grammar, append(options,
		kong.Resolvers(r),
		kong.TypeMapper(reflect.TypeFor[[]string](), kong.MapperFunc(decodeList)),
		kong.KindMapper(reflect.String, kong.MapperFunc(decodeString)),
		kong.ValueFormatter(help))...)
	if err != nil {
		return nil, err
	}
	r.root = k.Model.Node
	for f := range flags(r.root) {
		f.Tag.Envs = nil // kong would read them itself, empty ones too
	}
	return k, nil
}

// help is what kong shows of a flag, with the variable that [Reader.New] keeps from it.
func help(v *kong.Value) string {
	if v.Flag == nil || len(v.Flag.Envs) == 0 {
		return v.Help
	}
	return strings.TrimSuffix(v.Help, ".") + " ($" + strings.Join(v.Flag.Envs, ", $") + ")."
}

// flags goes through the flags of a command and of those below it.
func flags(n *kong.Node) func(yield func(*kong.Flag) bool) {
	return func(yield func(*kong.Flag) bool) {
		for _, f := range n.Flags {
			if !yield(f) {
				return
			}
		}
		for _, c := range n.Children {
			for f := range flags(c) {
				if !yield(f) {
					return
				}
			}
		}
	}
}

func decodeString(ctx *kong.DecodeContext, target reflect.Value) error {
	var s string
	if err := ctx.Scan.PopValueInto("string", &s); err != nil {
		return err
	}
	if f := ctx.Value.Flag; f != nil && len(f.Envs) > 0 {
		s = strings.TrimSpace(s)
	}
	target.SetString(s)
	return nil
}

// decodeList reads items that stand between commas, or the arguments that are left.
func decodeList(ctx *kong.DecodeContext, target reflect.Value) error {
	var items []string
	if ctx.Value.Flag == nil {
		for _, t := range ctx.Scan.PopWhile(kong.Token.IsValue) {
			items = append(items, t.String())
		}
	} else {
		var s string
		if err := ctx.Scan.PopValueInto("list", &s); err != nil {
			return err
		}
		items = itemsOf(s)
	}
	target.Set(reflect.AppendSlice(target, reflect.ValueOf(items)))
	return nil
}

// itemsOf are the items of a list, without what is empty.
func itemsOf(list string) (items []string) {
	for _, item := range kong.SplitEscaped(list, ',') {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// Validate is part of kong's Resolver.
func (r *Reader) Validate(*kong.Application) error { return nil }

// Resolve gives kong the value of a flag. One that cannot be read is noted, and not
// given, so that all such are told at once.
func (r *Reader) Resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	o, err := r.look(f)
	if o.variable == "" && err == nil {
		return nil, nil
	}
	if err == nil {
		if err = try(f, o.text); err != nil {
			err = fmt.Errorf("%s: %w", o.variable, err)
		}
	}
	r.from[f] = o
	if err != nil {
		if !slices.Contains(r.faults, err.Error()) { // commands share settings
			r.faults = append(r.faults, err.Error())
		}
		return nil, nil
	}
	return o.text, nil
}

// look reads the value of a flag; of none has no variable.
func (r *Reader) look(f *kong.Flag) (o origin, err error) {
	for _, name := range f.Envs {
		file := name + fileSuffix
		path, named := r.vars[file]
		named = named && secrecy(f) != open
		text, given := r.vars[name]
		switch {
		case given && named:
			return origin{variable: name}, fmt.Errorf("%s and %s are both given: remove one", name, file)
		case given:
			return origin{variable: name, text: text}, nil
		case named:
			o = origin{variable: file, file: path}
			b, err := r.readFile(path)
			if err != nil {
				return o, fmt.Errorf("%s: %w", file, err)
			}
			if o.text = strings.TrimSpace(string(b)); o.text == "" {
				return o, fmt.Errorf("%s: %s is empty", file, path)
			}
			return o, nil
		}
	}
	return origin{}, nil
}

func readFile(path string) ([]byte, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if info.IsDir() || info.Size() > maxFile {
		return nil, fmt.Errorf("%s is no file with a secret", path)
	}
	return os.ReadFile(path)
}

// try tells why a flag cannot have a value. The words of the value are those of no secret.
func try(f *kong.Flag, text string) error {
	target := reflect.New(f.Target.Type()).Elem()
	if target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
	}
	shown := shownText(f, text)
	scan := kong.Scan().PushTyped(text, kong.FlagValueToken)
	if err := f.Mapper.Decode(&kong.DecodeContext{Value: f.Value, Scan: scan}, target); err != nil {
		return fmt.Errorf("%q cannot be read: give %s", shown, kindOf(f))
	}
	if f.Enum != "" && !slices.Contains(f.EnumSlice(), text) {
		return fmt.Errorf("%q is none of %s", shown, strings.Join(f.EnumSlice(), ", "))
	}
	return nil
}

// kindOf says what a flag takes.
func kindOf(f *kong.Flag) string {
	t := f.Target.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.String() == "time.Duration":
		return "a duration, such as 30s or 12h"
	case t.String() == "slog.Level":
		return "debug, info, warn or error"
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64:
		return "a number"
	}
	return cmp.Or(f.PlaceHolder, "another value")
}

// Fault fails with what cannot be read of the settings of the command that was parsed.
func (r *Reader) Fault() error {
	var all []error
	for _, f := range r.faults {
		all = append(all, errors.New(f))
	}
	return errors.Join(all...)
}
