using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using LogBroker.Benchmarks;

// --short: three iterations in this process, enough to see a step up or down; without it BenchmarkDotNet's full runs.
// Everything else is BenchmarkDotNet's own, such as --filter '*Crc*' or --list flat.
bool isShort = args.Contains("--short");
Job job = (isShort ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
IConfig config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddLogger(ConsoleLogger.Default)
    .AddExporter(MarkdownExporter.GitHub)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddColumn(new ThroughputColumn());
BenchmarkSwitcher.FromAssembly(typeof(BatchBenchmarks).Assembly).Run([.. args.Where(arg => arg != "--short")], config);
