using System.Collections.Immutable;

namespace LogBroker.Server.Hosting;

/// <summary>What the person who starts the broker asked for.</summary>
/// <param name="WantsHelp">Print <see cref="Usage"/> and leave.</param>
/// <param name="WantsVersion">Print the version and leave.</param>
/// <param name="ConfigFile">The properties file to read, or null.</param>
/// <param name="Settings">Settings given as flags, in their order.</param>
public sealed record CommandLine(
    bool WantsHelp, bool WantsVersion, string? ConfigFile, ImmutableArray<BrokerSetting> Settings)
{
    /// <summary>The text of <c>--help</c>.</summary>
    public const string Usage = """
        Usage: logbroker server [--config FILE] [--data DIR] [--set KEY=VALUE ...] [--log-level LEVEL]

        Starts a broker and runs until it is told to stop (Ctrl+C or SIGTERM).

          --config FILE      read settings from FILE, in Kafka's .properties syntax
          --data DIR         keep the data in DIR (setting log.dirs; default: data in the current folder)
          --set KEY=VALUE    give one setting; may be repeated or followed by more KEY=VALUE
          --log-level LEVEL  trace, debug, info, warn, error or off (setting log.level; default info)
          --version          print the version and leave
          --help             print this and leave

        Settings have Kafka's names where Kafka has the setting: listeners=PLAINTEXT://127.0.0.1:9092,
        num.partitions=3 and so on. A flag wins over the environment (LOGBROKER_NUM_PARTITIONS=3), the
        environment over the file, the file over the default.
        """;

    /// <summary>Reads the arguments that follow <c>server</c>.</summary>
    /// <exception cref="SettingsException">An argument is unknown or lacks its value.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var result = new CommandLine(false, false, null, []);
        for (int i = 0; i < arguments.Count; i++)
        {
            (string flag, string? inline) = SplitFlag(arguments[i]);
            switch (flag)
            {
                case "--help" or "-h":
                    result = result with { WantsHelp = true };
                    break;
                case "--version":
                    result = result with { WantsVersion = true };
                    break;
                case "--config":
                    result = result with { ConfigFile = inline ?? Next(arguments, ref i, "a file") };
                    break;
                case "--data":
                    result = result.With("log.dirs", inline ?? Next(arguments, ref i, "a folder"), flag);
                    break;
                case "--log-level":
                    result = result.With("log.level", inline ?? Next(arguments, ref i, "a level"), flag);
                    break;
                case "--set":
                    result = result.WithPair(inline ?? Next(arguments, ref i, "KEY=VALUE"));
                    while (i + 1 < arguments.Count && IsPair(arguments[i + 1]))
                        result = result.WithPair(arguments[++i]);
                    break;
                default:
                    throw new SettingsException($"Unknown argument '{arguments[i]}': see --help.");
            }
        }
        return result;
    }

    private static (string Flag, string? Value) SplitFlag(string argument)
    {
        int equals = argument.StartsWith("--", StringComparison.Ordinal) ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }

    private static string Next(IReadOnlyList<string> arguments, ref int i, string what)
    {
        string flag = arguments[i];
        return i + 1 < arguments.Count ? arguments[++i] : throw new SettingsException($"{flag} needs {what} after it.");
    }

    private static bool IsPair(string argument) => argument.IndexOf('=', StringComparison.Ordinal) > 0 && argument[0] != '-';

    private CommandLine WithPair(string pair)
    {
        int equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new SettingsException($"--set {pair}: write it as KEY=VALUE.");
        return With(pair[..equals], pair[(equals + 1)..], "--set");
    }

    private CommandLine With(string name, string value, string flag) =>
        this with { Settings = Settings.Add(new BrokerSetting(name.Trim(), value.Trim(), SettingSource.Flag, $"flag {flag}")) };
}
