package catalog

import (
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Columns of a table are the keys of a service; a dot goes deeper: "title.en", "portal.service", "clock.limit".
// asked_as and form are lists, written in one cell with semicolons; those of form are shared parts: "common/applicant; common/land".
const listSeparator = ";"

// readTable reads services from a CSV file, one a row. Every cell becomes what it would be in YAML, with its place in the table.
func readTable(fsys fs.FS, file string, head entry[serviceList], found *problems) []entry[Service] {
	rememberFiles(head.node, head.file, found)
	opened, err := fsys.Open(file)
	if err != nil {
		found.addf(head.file, head.at("table"), "there is no table %s", file)
		return nil
	}
	defer func() { _ = opened.Close() }() // it was only read
	reader := csv.NewReader(io.LimitReader(opened, maxFileBytes+1))
	reader.ReuseRecord = true
	names, err := reader.Read()
	if err != nil {
		found.addf(file, nil, "the table has no first line with the names of its columns")
		return nil
	}
	columns := columnsOf(file, names, found)
	var services []entry[Service]
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || reader.InputOffset() > maxFileBytes {
			reportTableFault(file, err, found)
			break
		}
		row := entry[Service]{value: &Service{}, file: file, node: rowNode(reader, columns, cells)}
		decode(file, row.node, row.value, found)
		services = append(services, row)
	}
	return services
}

func reportTableFault(file string, err error, found *problems) {
	var fault *csv.ParseError
	switch {
	case errors.As(err, &fault) && errors.Is(err, csv.ErrFieldCount):
		found.addf(file, &token.Position{Line: fault.Line, Column: 1}, "this row has more or fewer cells than the first line: put a text with a comma in quotes")
	case errors.As(err, &fault):
		found.addf(file, &token.Position{Line: fault.Line, Column: fault.Column}, "this row cannot be read: a quotation mark is not closed, or stands inside a cell")
	default:
		found.addf(file, nil, "the table is larger than %d bytes", maxFileBytes)
	}
}

// columnsOf checks the first line. A byte order mark, which spreadsheets write, is not part of the first name.
func columnsOf(file string, names []string, found *problems) [][]string {
	columns := make([][]string, len(names))
	for i, name := range names {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		if slices.ContainsFunc(columns[:i], func(earlier []string) bool { return strings.Join(earlier, ".") == name }) {
			found.addf(file, &token.Position{Line: 1, Column: 1}, "the column %q is there twice", name)
			continue
		}
		columns[i] = strings.Split(name, ".")
	}
	return columns
}

// rowNode is the row as YAML would have it. Empty cells are not written.
func rowNode(reader *csv.Reader, columns [][]string, cells []string) *ast.MappingNode {
	row := mapping(nil)
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if cell == "" || len(columns[i]) == 0 {
			continue
		}
		line, _ := reader.FieldPos(i)
		at := &token.Position{Line: line, Column: i + 1}
		put(row, columns[i][0], columns[i][1:], cellNode(columns[i][0], cell, at), at)
	}
	return row
}

func cellNode(key, cell string, at *token.Position) ast.Node {
	if key != "asked_as" && key != "form" {
		return scalarNode(cell, at)
	}
	list := ast.Sequence(token.SequenceEntry("-", at), true)
	for item := range strings.SplitSeq(cell, listSeparator) {
		var value ast.Node
		switch item = strings.TrimSpace(item); {
		case item == "":
			continue
		case key == "form":
			used := mapping(at)
			put(used, "use", nil, scalarNode(item, at), at)
			value = used
		default:
			value = ast.String(token.String(item, item, at))
		}
		list.Values = append(list.Values, value)
	}
	return list
}

// scalarNode reads whole numbers and yes-or-no values as YAML would; digits that YAML would change stay a text.
func scalarNode(cell string, at *token.Position) ast.Node {
	const longestCount = 6 // a longer number is an identifier
	switch {
	case cell == "true" || cell == "false":
		return ast.Bool(token.New(cell, cell, at))
	case allDigits(cell) && len(cell) <= longestCount && (cell == "0" || !strings.HasPrefix(cell, "0")):
		return ast.Integer(token.New(cell, cell, at))
	}
	return ast.String(token.String(cell, cell, at))
}

func mapping(at *token.Position) *ast.MappingNode {
	return ast.Mapping(token.MappingStart("", at), false)
}

// put writes the value under a key, or deeper.
func put(row *ast.MappingNode, key string, deeper []string, value ast.Node, at *token.Position) {
	if len(deeper) == 0 {
		name := ast.String(token.String(key, key, at))
		row.Values = append(row.Values, ast.MappingValue(token.MappingValue(at), name, value))
		return
	}
	inner, ok := child(row, key).(*ast.MappingNode)
	if !ok {
		inner = mapping(at)
		put(row, key, nil, inner, at)
	}
	put(inner, deeper[0], deeper[1:], value, at)
}
