namespace LogBroker.Client;

/// <summary>A user and its password.</summary>
/// <param name="UserName">The name.</param>
/// <param name="Password">The password.</param>
public sealed record SaslLogin(string UserName, string Password)
{
    /// <summary>The name only: passwords do not belong in logs.</summary>
    public override string ToString() => UserName;
}
