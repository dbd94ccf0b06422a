using System.Diagnostics;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace LogBroker.TransportBench;

/// <summary>Runs every load against every variant and prints a table.</summary>
internal static class Comparison
{
    private const int IdleConnections = 5000;

    /// <summary>Arguments: <c>--seconds N</c>, <c>--only TEXT</c> for variants whose name contains it, <c>--idle</c> for the
    /// memory of idle connections instead of the speed.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        double seconds = Option(arguments, "--seconds") is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : 3;
        string only = Option(arguments, "--only") ?? "";
        int repeats = Option(arguments, "--repeat") is { } times ? int.Parse(times, CultureInfo.InvariantCulture) : 1;
        Variant[] variants = [.. Variant.All.Where(variant => only.Split('|').Any(part => variant.Name.Contains(part, StringComparison.Ordinal)))];
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, new byte[4 * 1024 * 1024]);
            using SafeFileHandle file = File.OpenHandle(path);
            if (arguments.Contains("--idle"))
                await PrintIdleAsync(variants, file);
            else
                await PrintSpeedAsync(variants, file, seconds, repeats, arguments);
        }
        finally
        {
            File.Delete(path);
        }
        return 0;
    }

    private static async Task PrintSpeedAsync(Variant[] variants, SafeFileHandle file, double seconds, int repeats, string[] arguments)
    {
        Console.WriteLine("| load | connections | frame KiB | transport | MB/s | server CPU s/GB | allocated B/frame |");
        Console.WriteLine("|---|--:|--:|---|--:|--:|--:|");
        foreach (Direction direction in Enum.GetValues<Direction>())
        {
            foreach (int connections in Numbers(arguments, "--connections", [1, 8]))
            {
                foreach (int frame in Numbers(arguments, "--frames", [1024, 64 * 1024, 1024 * 1024]))
                {
                    var load = new Workload(direction, connections, frame);
                    foreach (Variant variant in variants)
                    {
                        for (int i = 0; i < repeats; i++)
                            await MeasureAsync(variant, load, file, seconds);
                    }
                }
            }
        }
    }

    private static async Task MeasureAsync(Variant variant, Workload load, SafeFileHandle file, double seconds)
    {
        (IAsyncDisposable server, int port) = await variant.StartAsync(file);
        using Process client = StartClient(
            port, load.Direction.ToString(), load.Connections.ToString(CultureInfo.InvariantCulture),
            load.FrameBytes.ToString(CultureInfo.InvariantCulture), "1", seconds.ToString(CultureInfo.InvariantCulture));
        await client.StandardOutput.ReadLineAsync();
        TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
        long allocatedBefore = GC.GetTotalAllocatedBytes();
        string[] end = (await client.StandardOutput.ReadLineAsync())!.Split(' ');
        double cpu = (Environment.CpuUsage.TotalTime - cpuBefore).TotalSeconds;
        double allocated = GC.GetTotalAllocatedBytes() - allocatedBefore;
        await client.WaitForExitAsync();
        double bytes = double.Parse(end[1], CultureInfo.InvariantCulture);
        double took = double.Parse(end[2], CultureInfo.InvariantCulture);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {load.Direction} | {load.Connections} | {load.FrameBytes / 1024} | {variant.Name} | {bytes / took / 1e6:F0} | " +
            $"{cpu / (bytes / 1e9):F2} | {allocated / (bytes / load.FrameBytes):F0} |"));
        await server.DisposeAsync();
    }

    private static async Task PrintIdleAsync(Variant[] variants, SafeFileHandle file)
    {
        Console.WriteLine($"| transport | managed KiB per idle connection ({IdleConnections}) | resident KiB |");
        Console.WriteLine("|---|--:|--:|");
        foreach (Variant variant in variants)
        {
            (IAsyncDisposable server, int port) = await variant.StartAsync(file);
            long heapBefore = GC.GetTotalMemory(forceFullCollection: true);
            long residentBefore = Resident();
            using Process client = StartClient(port, "idle", IdleConnections.ToString(CultureInfo.InvariantCulture));
            await client.StandardOutput.ReadLineAsync();
            double heap = GC.GetTotalMemory(forceFullCollection: true) - heapBefore;
            double resident = Resident() - residentBefore;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {variant.Name} | {heap / IdleConnections / 1024:F1} | {resident / IdleConnections / 1024:F1} |"));
            client.StandardInput.Close();
            await client.WaitForExitAsync();
            await server.DisposeAsync();
        }
    }

    private static long Resident()
    {
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    private static Process StartClient(int port, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        foreach (string argument in arguments.Prepend(port.ToString(CultureInfo.InvariantCulture)).Prepend("client"))
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static int[] Numbers(string[] arguments, string name, int[] otherwise) => Option(arguments, name) is { } list
        ? [.. list.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))]
        : otherwise;

    private static string? Option(string[] arguments, string name)
    {
        int index = Array.IndexOf(arguments, name);
        return index >= 0 && index + 1 < arguments.Length ? arguments[index + 1] : null;
    }
}
