using System.Globalization;

namespace LogBroker.Metadata.Store;

/// <summary>Names a lease of an <see cref="IMetadataStore"/>; never used twice by one store.</summary>
public readonly record struct LeaseId(long Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
