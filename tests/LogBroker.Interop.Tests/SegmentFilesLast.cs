using Xunit.Abstractions;

namespace LogBroker.Interop.Tests;

/// <summary>Puts the collection that reads the written segments behind all that write them.</summary>
public sealed class SegmentFilesLast : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => collection.DisplayName == SegmentFileTests.Collection ? 1 : 0);
}
