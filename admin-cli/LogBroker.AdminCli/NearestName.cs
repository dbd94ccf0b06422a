namespace LogBroker.AdminCli;

/// <summary>Finds what somebody meant who mistyped a name.</summary>
internal static class NearestName
{
    /// <returns>The known name with the fewest typing errors between it and what was typed; null when none is near.</returns>
    public static string? Of(string typed, IEnumerable<string> known)
    {
        int allowed = Math.Max(1, typed.Length / 3);
        return known
            .Select(name => (name, errors: TypingErrors(typed, name)))
            .Where(candidate => candidate.errors <= allowed)
            .OrderBy(candidate => candidate.errors)
            .ThenBy(candidate => candidate.name, StringComparer.Ordinal)
            .Select(candidate => candidate.name)
            .FirstOrDefault();
    }

    /// <summary>" Did you mean orders?", or nothing.</summary>
    public static string Question(string typed, IEnumerable<string> known) => Of(typed, known) is { } nearest ? $" Did you mean {nearest}?" : "";

    /// <summary>Letters left out, put in, mistaken or swapped with the next.</summary>
    private static int TypingErrors(string typed, string name)
    {
        var errors = new int[typed.Length + 1, name.Length + 1];
        for (int row = 0; row <= typed.Length; row++) errors[row, 0] = row;
        for (int column = 0; column <= name.Length; column++) errors[0, column] = column;
        for (int row = 1; row <= typed.Length; row++)
        {
            for (int column = 1; column <= name.Length; column++)
            {
                int mistaken = Same(typed[row - 1], name[column - 1]) ? 0 : 1;
                int least = Math.Min(Math.Min(errors[row - 1, column], errors[row, column - 1]) + 1, errors[row - 1, column - 1] + mistaken);
                if (row > 1 && column > 1 && Same(typed[row - 1], name[column - 2]) && Same(typed[row - 2], name[column - 1]))
                    least = Math.Min(least, errors[row - 2, column - 2] + 1);
                errors[row, column] = least;
            }
        }
        return errors[typed.Length, name.Length];
    }

    private static bool Same(char one, char other) => char.ToLowerInvariant(one) == char.ToLowerInvariant(other);
}
