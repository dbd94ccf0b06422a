using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace LogBroker.Server.Hosting;

/// <summary>The broker as a program: arguments in, exit code out.</summary>
public static partial class BrokerProcess
{
    /// <summary>Stopped as told.</summary>
    public const int ExitStopped = 0;

    /// <summary>Could not start, or could not go on.</summary>
    public const int ExitFailed = 1;

    /// <summary>The settings are wrong; nothing was started.</summary>
    public const int ExitBadSettings = 2;

    /// <summary>The broker's version.</summary>
    public static string Version { get; } = typeof(BrokerProcess).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Runs a broker until the process is told to stop. Failures are one sentence on <paramref name="errors"/>.</summary>
    public static async Task<int> RunAsync(string[] arguments, IDictionary environment, TextWriter output, TextWriter errors)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            CommandLine line = CommandLine.Parse(arguments);
            if (line.WantsHelp || line.WantsVersion)
            {
                await output.WriteLineAsync(line.WantsHelp ? CommandLine.Usage : $"LogBroker {Version}");
                return ExitStopped;
            }
            BrokerOptions options = BrokerOptionsReader.Read(
                BrokerSettings.Load(new BrokerSettingCatalogue(), line.Settings, environment, line.ConfigFile));
            DataDirectories.Prepare(options);
            return await ServeAsync(options, start);
        }
        catch (SettingsException bad)
        {
            foreach (string problem in bad.Problems)
                await errors.WriteLineAsync($"logbroker: {problem}");
            return ExitBadSettings;
        }
        catch (Exception failure) when (failure is StartFailedException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"logbroker: {failure.Message}");
            return ExitFailed;
        }
        catch (Exception bug)
        {
            await errors.WriteLineAsync($"logbroker: an unexpected failure, which is a bug: {bug}");
            return ExitFailed;
        }
    }

    private static async Task<int> ServeAsync(BrokerOptions options, long start)
    {
        await using BrokerHost broker = BrokerHost.Create(options);
        try
        {
            await broker.StartAsync();
        }
        catch (OperationCanceledException)
        {
            // Told to stop while it was still loading.
            return ExitStopped;
        }
        var logger = broker.Services.GetRequiredService<ILoggerFactory>().CreateLogger("LogBroker.Server");
        LogReady(logger, broker.Listeners, options, Stopwatch.GetElapsedTime(start));
        await broker.WaitForShutdownAsync();
        Log.Stopped(logger);
        return ExitStopped;
    }

    private static void LogReady(ILogger logger, BoundListeners bound, BrokerOptions options, TimeSpan sinceStart)
    {
        Log.Ready(logger, Version, options.NodeId,
            string.Join(", ", bound.Listeners.Select(listener => $"{listener.Listener.Name} {listener.EndPoint}")),
            bound.Http.IsEmpty ? "none" : string.Join(", ", bound.Http),
            string.Join(", ", options.LogDirectories),
            sinceStart.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture));
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "LogBroker {Version}, node {NodeId}, is ready after {Milliseconds} ms: " +
            "Kafka protocol on {Listeners}; HTTP on {HttpListeners}; data in {LogDirectories}", EventName = "Ready")]
        public static partial void Ready(
            ILogger logger, string version, int nodeId, string listeners, string httpListeners, string logDirectories, string milliseconds);

        [LoggerMessage(1002, LogLevel.Information, "Stopped", EventName = "Stopped")]
        public static partial void Stopped(ILogger logger);
    }
}
