package dev_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/dev"
	"github.com/jansetu/jansetu/deploy/local/process"
)

func TestAPartIsOneLineWhereNothingCanBeWrittenOver(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	dev.Announce(&file, "PostgreSQL", "127.0.0.1:15432")
	require.Equal(t, 1, strings.Count(file.String(), "PostgreSQL"))
	require.NotContains(t, file.String(), "\r")
	require.True(t, strings.HasSuffix(file.String(), " s\n"))
}

func TestAPortInUseNamesTheFlagThatChoosesAnother(t *testing.T) {
	t.Parallel()
	options := dev.Options{
		PostgresPort: 15432, TemporalPort: 7233, UIPort: 8233, PhonePort: 8090, LoginPort: 8095, TwinPort: 8070, GatewayPort: 8080, WorkerPort: 8085,
	}
	for port, flag := range map[int]string{
		15432: "--postgres-port", 7233: "--temporal-port", 8233: "--ui-port", 8090: "--phone-port", 8095: "--login-port", 8080: "--gateway-port",
		8085: "--worker-port", 8073: "--twin-port",
	} {
		err := options.NameFlag(fmt.Errorf("start: %w", &process.PortInUseError{Service: "it", Port: port}))
		require.ErrorContains(t, err, "choose another port with "+flag)
	}
	require.Equal(t, t.Context().Err(), options.NameFlag(t.Context().Err()))
}

func TestTwinsKeepOutOfTheWayOfTheOtherParts(t *testing.T) {
	t.Parallel()
	options := dev.Options{TwinPort: 8070, GatewayPort: 8080, WorkerPort: 8085, PhonePort: 8090}
	taken := map[string]int{}
	var ports []int
	for i := range 14 {
		port := options.NextTwinPort(taken)
		taken[fmt.Sprint("portal", i)] = port
		ports = append(ports, port)
	}
	require.Equal(t, []int{8071, 8072, 8073, 8074, 8075, 8076, 8077, 8078, 8079, 8081, 8082, 8083, 8084, 8086}, ports)
}

func TestADataFolderIsOneStates(t *testing.T) {
	t.Parallel()
	options := dev.Options{DataDir: t.TempDir()}
	require.NoError(t, options.Claim("odisha"))
	require.NoError(t, options.Claim("odisha"))
	require.ErrorContains(t, options.Claim("andhra"), `holds the data of "odisha", and JANSETU_STATE is "andhra": choose another folder with --data`)
}
