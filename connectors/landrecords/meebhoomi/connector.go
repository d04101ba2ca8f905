package meebhoomi

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// The keys of PortalConfig.Credentials.
const (
	CredentialUserID   = "user_id"
	CredentialPassword = "password"
)

// The fields of a query, the names of the service's parameters.
const (
	fieldDistrict = "Dcode"
	fieldMandal   = "Mcode"
	fieldVillage  = "VCode"
	fieldKhata    = "KhataNo"
	fieldSurvey   = "sur_No"
	fieldYear     = "year"
)

// Connector speaks with the web service. It is safe for concurrent use.
type Connector struct {
	client           *portal.Client
	userID, password string
	registers        map[string]register
}

var (
	_ connectors.Records = (*Connector)(nil)
	_ connectors.Chooser = (*Connector)(nil)
)

// New makes the connector of one portal.
func New(config connectors.PortalConfig, options portal.Options) (*Connector, error) {
	client, err := portal.New(config, options)
	if err != nil {
		return nil, err
	}
	return &Connector{
		client: client, registers: registers(),
		userID: config.Credentials[CredentialUserID], password: config.Credentials[CredentialPassword],
	}, nil
}

// Close releases idle connections.
func (c *Connector) Close() error { return c.client.Close() }

// Search implements connectors.Records: the records under the number that was
// given, one for a khata, one for each sub-division of a survey number.
func (c *Connector) Search(ctx context.Context, query connectors.RecordQuery) ([]connectors.RecordMatch, error) {
	asked, rows, err := c.read(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("search record: %w", err)
	}
	return asked.matches(rows), nil
}

// Extract implements connectors.Records.
func (c *Connector) Extract(ctx context.Context, query connectors.RecordQuery) (connectors.Record, error) {
	asked, rows, err := c.read(ctx, query)
	if err != nil {
		return connectors.Record{}, fmt.Errorf("extract record: %w", err)
	}
	if query.Record != "" {
		// A survey number finds its sub-divisions too; only one was chosen.
		rows = slices.DeleteFunc(rows, func(each row) bool { return each[asked.key] != query.Record })
		if len(rows) == 0 {
			return connectors.Record{}, fmt.Errorf("extract record: %w", &connectors.NotFoundError{What: whatRecord})
		}
	}
	return asked.record(rows), nil
}

const whatRecord = "land record"

// read fetches a register; there is at least one row when there is no error.
func (c *Connector) read(ctx context.Context, query connectors.RecordQuery) (register, []row, error) {
	asked, known := c.registers[query.Service]
	if !known {
		return asked, nil, fmt.Errorf("no register %q, have %q and %q", query.Service, serviceROR, serviceAdangal)
	}
	parameters, err := asked.parameters(query)
	if err != nil {
		return asked, nil, err
	}
	rows, err := c.call(ctx, asked.operation, parameters, asked.check)
	if err != nil {
		return asked, nil, err
	}
	if len(rows) == 0 {
		return asked, nil, c.nothing(ctx, query)
	}
	return asked, distinct(rows), nil
}

// parameters checks the citizen's answers before they are sent: the service
// answers nonsense with a fault that names no field.
func (r register) parameters(query connectors.RecordQuery) ([]parameter, error) {
	number := query.Fields[r.number]
	if query.Record != "" {
		number = query.Record
	}
	parameters := []parameter{
		{fieldDistrict, query.Fields[fieldDistrict]}, {fieldMandal, query.Fields[fieldMandal]}, {fieldVillage, query.Fields[fieldVillage]},
		{r.number, number},
	}
	if r.number == fieldSurvey {
		parameters = append(parameters, parameter{fieldYear, query.Fields[fieldYear]})
	}
	for _, each := range parameters {
		if !shapes()[each.name].MatchString(each.value) {
			return nil, &connectors.InputRejectedError{Field: each.name}
		}
	}
	return parameters, nil
}

var (
	placeCode    = regexp.MustCompile(`^\d{1,3}$`)
	khataNumber  = regexp.MustCompile(`^\d{1,7}$`)
	surveyNumber = regexp.MustCompile(`^\d[0-9A-Za-z/-]{0,14}$`)
	fasliYear    = regexp.MustCompile(`^\d{4}$`)
)

func shapes() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		fieldDistrict: placeCode, fieldMandal: placeCode, fieldVillage: placeCode,
		fieldKhata: khataNumber, fieldSurvey: surveyNumber, fieldYear: fasliYear,
	}
}

// nothing explains an empty register: a village that the service does not offer
// is the citizen's to correct, a number without rows is not found.
func (c *Connector) nothing(ctx context.Context, query connectors.RecordQuery) error {
	for _, field := range []string{fieldDistrict, fieldMandal, fieldVillage} {
		offered, err := c.places(ctx, field, query.Fields)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(offered, func(option connectors.Option) bool { return option.Value == query.Fields[field] }) {
			return &connectors.InputRejectedError{Field: field}
		}
	}
	return &connectors.NotFoundError{What: whatRecord}
}

// Choices implements connectors.Chooser for district, mandal and village.
func (c *Connector) Choices(ctx context.Context, _, field string, chosen map[string]string) ([]connectors.Option, error) {
	options, err := c.places(ctx, field, chosen)
	if err != nil {
		return nil, fmt.Errorf("choices: %w", err)
	}
	return options, nil
}

// list is an operation that names places.
type list struct {
	operation, code, name string
	needs                 []string
}

func lists() map[string]list {
	return map[string]list{
		fieldDistrict: {"GetDistrictNames", "Dist_Code", "Dist_Name", nil},
		fieldMandal:   {"GetMandalNames", "Mandal_Code", "Mandal_Name", []string{fieldDistrict}},
		fieldVillage:  {"GetVillageNames", "Village_Code", "Village_Name", []string{fieldDistrict, fieldMandal}},
	}
}

func (c *Connector) places(ctx context.Context, field string, chosen map[string]string) ([]connectors.Option, error) {
	asked, known := lists()[field]
	if !known {
		return nil, &connectors.InputRejectedError{Field: field, Reason: "has no list"}
	}
	parameters := make([]parameter, 0, len(asked.needs))
	for _, name := range asked.needs {
		if !placeCode.MatchString(chosen[name]) {
			return nil, &connectors.InputRejectedError{Field: name}
		}
		parameters = append(parameters, parameter{name, chosen[name]})
	}
	rows, err := c.call(ctx, asked.operation, parameters, func(rows []row) error {
		for _, each := range rows {
			if each[asked.code] == "" || each[asked.name] == "" {
				return errUnreadable
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	options := make([]connectors.Option, 0, len(rows))
	for _, each := range distinct(rows) {
		options = append(options, connectors.Option{Value: each[asked.code], Label: each[asked.name]})
	}
	return options, nil
}
