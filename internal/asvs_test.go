package internal

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestASVS holds docs/asvs.md to section 4 of docs/faults.md and to the tree: each
// number has one row, each row a test that is there or a reason.
func TestASVS(t *testing.T) {
	rows := map[string]bool{}
	have := testNames(t)
	quoted := regexp.MustCompile("`([^`]+)`")
	for line := range strings.Lines(read(t, "../docs/asvs.md")) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		number := strings.TrimSpace(cells[0])
		if !asvsNumber.MatchString(number) {
			continue
		}
		if len(cells) != 4 || strings.TrimSpace(cells[1]) == "" || rows[number] {
			t.Errorf("%s: a row has a number of its own, what is asked, tests and a reason", number)
			continue
		}
		rows[number] = true
		tests := quoted.FindAllStringSubmatch(cells[2], -1)
		for _, m := range tests {
			if !have[m[1]] {
				t.Errorf("%s: there is no test %s", number, m[1])
			}
		}
		if len(tests) == 0 && strings.TrimSpace(cells[3]) == "" {
			t.Errorf("%s has neither a test nor a reason", number)
		}
	}
	_, section, _ := strings.Cut(read(t, "../docs/faults.md"), "\n## 4. ")
	_, section, _ = strings.Cut(section, "\n") // the heading has the number of the standard
	section, _, _ = strings.Cut(section, "\n## ")
	asked := numbersIn(section)
	if len(asked) < 80 {
		t.Fatalf("only %d numbers in section 4", len(asked))
	}
	for _, number := range slices.Sorted(maps.Keys(asked)) {
		if !rows[number] {
			t.Errorf("%s of section 4 has no row", number)
		}
		delete(rows, number)
	}
	for number := range rows {
		t.Errorf("%s is not in section 4", number)
	}
}

var asvsNumber = regexp.MustCompile(`^\d+\.\d+\.\d+$`)

// numbersIn are the numbers of a text, those between the ends of "13.4.1–13.4.5" too.
func numbersIn(text string) map[string]bool {
	out := map[string]bool{}
	for _, m := range regexp.MustCompile(`(\d+\.\d+)\.(\d+)(?:–(\d+\.\d+)\.(\d+))?`).FindAllStringSubmatch(text, -1) {
		from, _ := strconv.Atoi(m[2])
		to := from
		if m[3] == m[1] {
			to, _ = strconv.Atoi(m[4])
		}
		for n := from; n <= to; n++ {
			out[fmt.Sprintf("%s.%d", m[1], n)] = true
		}
	}
	return out
}

// testNames are the tree's tests and fuzz targets, as folder.Name.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	eachFile(t, func(name string, file *ast.File) {
		if !strings.HasSuffix(name, "_test.go") {
			return
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
				out[path.Base(path.Dir(name))+"."+f.Name.Name] = true
			}
		}
	})
	return out
}

// Regular expressions are constants, or quote what is none, so that nothing a user writes
// becomes one. The erasure makes its own of quoted parts; the other is no part of the
// program.
func TestPatternsAreOurs(t *testing.T) {
	made := map[string]bool{}
	eachFile(t, func(name string, file *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && len(call.Args) == 1 {
				if f, ok := call.Fun.(*ast.SelectorExpr); ok && fmt.Sprint(f.X) == "regexp" && strings.Contains(f.Sel.Name, "Compile") && !constant(call.Args[0]) {
					made[name] = true
				}
			}
			return true
		})
	})
	if got := slices.Sorted(maps.Keys(made)); !slices.Equal(got, []string{"internal/danish/stavekontrolden/generate/hunspell.go", "internal/postgres/erasure_pattern.go"}) {
		t.Errorf("expressions are made of texts in %v", got)
	}
}

// constant tells of an expression that it is made of texts in the source and of what is
// quoted.
func constant(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.BasicLit:
		return true
	case *ast.BinaryExpr:
		return constant(x.X) && constant(x.Y)
	case *ast.Ident:
		return x.Obj != nil && x.Obj.Kind == ast.Con
	case *ast.CompositeLit:
		return !slices.ContainsFunc(x.Elts, func(e ast.Expr) bool { return !constant(e) })
	case *ast.CallExpr:
		if f, ok := x.Fun.(*ast.SelectorExpr); ok {
			name := fmt.Sprintf("%v.%s", f.X, f.Sel.Name)
			return name == "regexp.QuoteMeta" || name == "strings.Join" && constant(x.Args[0])
		}
	}
	return false
}

// In what is built into the program math/rand is used only where guessing harms nobody.
func TestRandomness(t *testing.T) {
	harmless := map[string]string{
		"internal/postgres/write.go": "how long a transaction waits before it is tried again",
		"internal/httpx/render.go":   "where the room that a stack gets is touched",
		"internal/synth/synth.go":    "made-up practices",
		"internal/synth/weights.go":  "made-up practices",
	}
	out, err := exec.Command("go", "list", "-deps", "praksis/cmd/praksis").Output()
	if err != nil {
		t.Fatal(err)
	}
	built := strings.Fields(string(out))
	used := map[string]bool{}
	eachFile(t, func(name string, file *ast.File) {
		if strings.HasSuffix(name, "_test.go") || !slices.Contains(built, "praksis/"+path.Dir(name)) {
			return
		}
		for _, i := range file.Imports {
			if strings.HasPrefix(i.Path.Value, `"math/rand`) {
				if used[name] = true; harmless[name] == "" {
					t.Errorf("%s uses math/rand: take crypto/rand, or say here why guessing harms nobody", name)
				}
			}
		}
	})
	if !used["internal/synth/synth.go"] {
		t.Error("the files of the program were not seen")
	}
}

// eachFile parses our own Go files, named from the top of the repository.
func eachFile(t *testing.T, do func(name string, file *ast.File)) {
	t.Helper()
	set := token.NewFileSet()
	for _, top := range []string{"cmd", "internal", "migrations", "seeds", "web"} {
		err := filepath.WalkDir(filepath.Join("..", top), func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "node_modules":
				return filepath.SkipDir
			case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_templ.go"):
				return nil
			}
			file, err := parser.ParseFile(set, name, nil, 0)
			if err == nil {
				do(strings.TrimPrefix(filepath.ToSlash(name), "../"), file)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
