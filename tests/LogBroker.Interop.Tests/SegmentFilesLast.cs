namespace LogBroker.Interop.Tests;

/// <summary>Puts what reads the written segments behind all that write them: xunit runs collections that take no part in
/// parallelization after all others.</summary>
[CollectionDefinition(SegmentFileTests.Collection, DisableParallelization = true)]
public sealed class SegmentFilesLast;
