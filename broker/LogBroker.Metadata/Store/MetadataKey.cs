namespace LogBroker.Metadata.Store;

/// <summary>What may be a key: 1 to 1,024 characters, well-formed Unicode, none of them NUL or U+10FFFF (which stores may
/// use as the end of a range).</summary>
public static class MetadataKey
{
    public const int LengthMax = 1024;

    public static bool IsValid(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 or > LengthMax || key.Contains('\0', StringComparison.Ordinal)) return false;
        for (var rest = key.AsSpan(); !rest.IsEmpty;)
        {
            if (System.Text.Rune.DecodeFromUtf16(rest, out var rune, out int length) != System.Buffers.OperationStatus.Done)
                return false;
            if (rune.Value == 0x10FFFF) return false;
            rest = rest[length..];
        }

        return true;
    }

    internal static void Require(string key)
    {
        if (!IsValid(key)) throw new ArgumentException($"'{key}' is not a valid metadata key.", nameof(key));
    }
}
