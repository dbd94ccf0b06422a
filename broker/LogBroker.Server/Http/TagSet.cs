using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Server.Http;

/// <summary>The tags of a measurement, kept.</summary>
internal readonly struct TagSet(KeyValuePair<string, object?>[] tags)
{
    /// <summary>The tags in the order of the measurement.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>> Tags => tags;

    /// <summary>Keeps a copy.</summary>
    public static TagSet Of(ReadOnlySpan<KeyValuePair<string, object?>> tags) => new(tags.ToArray());
}

/// <summary>Compares kept tags with a measurement's without keeping the latter. An instrument is used with its tags always in
/// the same order, so order counts.</summary>
internal sealed class TagSetComparer
    : IEqualityComparer<TagSet>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, TagSet>
{
    public static readonly TagSetComparer Instance = new();

    public bool Equals(TagSet x, TagSet y) => Equals(x.Tags, y);

    public int GetHashCode([DisallowNull] TagSet obj) => GetHashCode(obj.Tags);

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, TagSet other)
    {
        ReadOnlySpan<KeyValuePair<string, object?>> kept = other.Tags;
        if (alternate.Length != kept.Length)
            return false;
        for (int i = 0; i < kept.Length; i++)
        {
            if (alternate[i].Key != kept[i].Key || !Equals(alternate[i].Value, kept[i].Value))
                return false;
        }
        return true;
    }

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var hash = new HashCode();
        foreach ((string key, object? value) in alternate)
        {
            hash.Add(key);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }

    public TagSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => TagSet.Of(alternate);
}
