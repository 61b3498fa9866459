package manual

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// Man writes the page of all commands, for man: praksis(1).
func Man(w io.Writer, app *kong.Application) error {
	p := &page{described: map[string]string{}}
	name := app.Name
	p.macro("TH", strings.ToUpper(name), "1", "", name, "Praksiskataloget")
	p.macro("SH", "NAME")
	p.text(name + ` \- ` + escape(strings.TrimSuffix(app.Help, ".")))
	p.macro("SH", "SYNOPSIS")
	p.text(`\fB` + escape(name) + `\fR [\fIoptions\fR] \fIcommand\fR [\fIoptions\fR] [\fIarguments\fR]`)
	p.macro("SH", "DESCRIPTION")
	p.text(escape("Each option that names a variable, such as $PRAKSIS_DATA, can be given by that instead. An empty variable is not set. What may be secret can stand in a file, which the variable with _FILE behind its name names. "+name) + " config show tells what is in force.")
	p.macro("SH", "OPTIONS")
	p.flags(app.Node)
	p.macro("SH", "COMMANDS")
	for _, c := range app.Leaves(true) {
		p.command(c)
	}
	p.macro("SH", "EXIT STATUS")
	p.text(escape("0: done. 1: not done; one line on standard error says what is wrong and what to do. " + name + " import ends with 2 where the file has faults. " + name + " doctor ends with 1 where it warns, and with 2 where it finds faults."))
	_, err := io.WriteString(w, p.b.String())
	return err
}

type page struct {
	b strings.Builder
	// described are the variables of options, and the command where each is described.
	described map[string]string
}

func (p *page) command(n *kong.Node) {
	p.macro("SS", pathOf(n))
	usage := `\fB` + escape(pathOf(n)) + `\fR`
	if len(n.Flags) > 0 {
		usage += ` [\fIoptions\fR]`
	}
	for _, a := range n.Positional {
		arg := `\fI` + escape(a.Name) + `\fR`
		if a.IsCumulative() {
			arg += " ..."
		}
		if !a.Required {
			arg = "[" + arg + "]"
		}
		usage += " " + arg
	}
	p.text(usage)
	p.macro("PP")
	p.text(escape(n.Help))
	for _, a := range n.Positional {
		p.item(`\fI`+escape(a.Name)+`\fR`, a)
	}
	p.flags(n)
}

// flags describes the options of a command. Those that another one has described with the
// same variable are only named.
func (p *page) flags(n *kong.Node) {
	same := map[string][]string{}
	var where []string
	for _, f := range n.Flags {
		if f.Hidden {
			continue
		}
		names := `\fB` + escape("--"+f.Name) + `\fR`
		if len(f.Envs) > 0 {
			if at, done := p.described[f.Envs[0]]; done {
				if same[at] == nil {
					where = append(where, at)
				}
				same[at] = append(same[at], names)
				continue
			}
			p.described[f.Envs[0]] = pathOf(n)
		}
		if f.Short != 0 {
			names = `\fB` + escape("-"+string(f.Short)) + `\fR, ` + names
		}
		if f.Tag.Negatable != "" {
			names += `, \fB` + escape("--no-"+f.Name) + `\fR`
		}
		if !f.IsBool() && !f.IsCounter() {
			names += ` \fI` + escape(strings.Trim(f.FormatPlaceHolder(), `"`)) + `\fR`
		}
		p.item(names, f.Value)
	}
	for _, at := range where {
		p.macro("PP")
		p.text("As of " + escape(at) + ": " + strings.Join(same[at], ", ") + ".")
	}
}

// item describes an option or an argument.
func (p *page) item(names string, v *kong.Value) {
	p.macro("TP")
	p.text(names)
	said := escape(v.Help)
	if v.Enum != "" {
		var values []string
		for _, e := range valuesOf(v) {
			values = append(values, `\fB`+escape(e)+`\fR`)
		}
		said += " One of " + strings.Join(values, ", ") + "."
	}
	if v.HasDefault && v.Default != "" && !v.IsBool() {
		said += ` Default: \fB` + escape(v.Default) + `\fR.`
	}
	if v.Flag != nil && len(v.Flag.Envs) > 0 {
		said += ` Variable: \fB$` + escape(v.Flag.Envs[0]) + `\fR.`
	}
	p.text(said)
}

// macro writes a request of the man macros.
func (p *page) macro(name string, args ...string) {
	p.b.WriteString("." + name)
	for _, a := range args {
		fmt.Fprintf(&p.b, ` "%s"`, strings.ReplaceAll(escape(a), `"`, `\(dq`))
	}
	p.b.WriteByte('\n')
}

// text writes a line of text, whose marks are made already.
func (p *page) text(s string) {
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	p.b.WriteString(s + "\n")
}

// escape writes a text so that roff shows it as it is.
var roff = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ", "^", `\(ha`, "~", `\(ti`, "`", `\(ga`)

func escape(s string) string { return roff.Replace(s) }
