"""What the bot shows Airflow to be let in: a token that it was given, or one that it signs in for.

Each way to sign in is a `Source` of tokens in a module of its own; `RenewedTokens` asks it when it must.
"""

from __future__ import annotations

from bot.gateways.airflow.sign_in.client_credentials import ClientCredentials
from bot.gateways.airflow.sign_in.command import TokenCommand
from bot.gateways.airflow.sign_in.given import StaticToken, TokenFile
from bot.gateways.airflow.sign_in.google import GoogleAccount
from bot.gateways.airflow.sign_in.hopsworks import HopsworksAccount
from bot.gateways.airflow.sign_in.mwaa import AmazonLogin
from bot.gateways.airflow.sign_in.password import Password, PasswordTokens
from bot.gateways.airflow.sign_in.renewing import Given, RenewedTokens, Source, Tokens

__all__ = [
    "AmazonLogin",
    "ClientCredentials",
    "Given",
    "GoogleAccount",
    "HopsworksAccount",
    "Password",
    "PasswordTokens",
    "RenewedTokens",
    "Source",
    "StaticToken",
    "TokenCommand",
    "TokenFile",
    "Tokens",
]
