namespace LogBroker.AdminCli.Output;

/// <summary>Bars made of letters.</summary>
internal static class Bar
{
    private const int Parts = 8;

    /// <summary>A bar as long as a share of the widest; of more than nothing at least an eighth of a letter.</summary>
    /// <param name="share">From 0 to 1.</param>
    /// <param name="width">Of the widest, in letters.</param>
    public static string Of(double share, int width)
    {
        int parts = (int)Math.Ceiling(share * width * Parts);
        string rest = parts % Parts == 0 ? "" : $"{(char)('\u2590' - (parts % Parts))}";
        return new string('\u2588', parts / Parts) + rest;
    }
}
